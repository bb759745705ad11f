package io.winnow.scoring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.platform.HeapShare;
import io.winnow.platform.InvalidRequestException;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.web.BinnedController.Scatter;
import io.winnow.scoring.web.BinnedController.Spread;
import io.winnow.testing.MemoryScores;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class BinnedControllerTests {

    private final float[] spreads = {0, 0.1f, 0.1f, 0.4f};
    private final MemoryScores scores = new MemoryScores() {
        @Override
        public float[] spread(UUID id) {
            return spreads;
        }
    };
    private final BinnedController controller = new BinnedController(scores, new HeapShare());

    @Test
    void countsSamplesByTheirScoresInBothSets() {
        ScoreSet a = set(0f, 0.1f, 0.9f, 1f);
        ScoreSet b = set(0f, 0.9f, 0.9f, 0.2f);
        Scatter scatter = scatter(a, b, "2");
        assertThat(scatter.edges()).containsExactly(0, 0.5, 1);
        assertThat(scatter.withEdges()).containsExactly(0, 0.5, 1);
        assertThat(scatter.counts()).isDeepEqualTo(new long[][] {{1, 1}, {1, 1}});
        assertThat(scatter(b, a, "2").counts()).isDeepEqualTo(new long[][] {{1, 1}, {1, 1}});
        assertThat(scatter(a, a, "2").counts()).isDeepEqualTo(new long[][] {{2, 0}, {0, 2}});
    }

    @Test
    void losesNoSampleAndAgreesWithTheHistogramOfEitherSet() {
        Random random = new Random(3);
        float[] first = new float[5_000];
        float[] second = new float[first.length];
        for (int i = 0; i < first.length; i++) {
            first[i] = random.nextFloat();
            second[i] = random.nextFloat() * first[i];
        }
        Scatter scatter = scatter(set(first), set(second), null);
        assertThat(scatter.counts()).hasDimensions(40, 40);
        long[] rows = new long[40];
        for (float score : first) {
            rows[(int) (score * 40)]++;
        }
        for (int bin = 0; bin < 40; bin++) {
            assertThat(Arrays.stream(scatter.counts()[bin]).sum())
                    .as("bin " + bin)
                    .isEqualTo(rows[bin]);
        }
    }

    @Test
    void refusesSetsOfOtherSamplesAndTooManyBins() {
        ScoreSet a = set(0f, 1f);
        assertThatThrownBy(() -> scatter(a, set(0f, 1f, 0f), null)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> scatter(a, a, "129")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> scatter(a, a, "1")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> scatter(a, a, "0x10")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void tellsTheSpreadOverTheRunsByScore() {
        ScoreSet set = set(0f, 0.1f, 0.2f, 1f);
        MockHttpServletRequest http = new MockHttpServletRequest();
        http.setParameter("bins", "4");
        Spread spread = controller.spread(set.id().toString(), "4", http);
        assertThat(spread.mean()).isCloseTo(0.15, within(1e-7));
        assertThat(spread.max()).isCloseTo(0.4, within(1e-7));
        assertThat(spread.histogram().counts()).containsExactly(1, 2, 0, 1);
        assertThat(spread.byScore()).extracting(bin -> bin.samples()).containsExactly(3L, 0L, 0L, 1L);
        assertThat(spread.byScore().get(0).std()).isCloseTo(0.2 / 3, within(1e-7));
        assertThat(spread.byScore().get(1).std()).isNull();
        assertThat(spread.byScore().get(3).std()).isCloseTo(0.4, within(1e-7));
        assertThat(spread.byScore().get(3).to()).isEqualTo(1);
    }

    @Test
    void tellsOfASingleRunThatNothingDiffers() {
        Arrays.fill(spreads, 0);
        Spread spread = controller.spread(set(0f, 0f, 0f, 1f).id().toString(), null, new MockHttpServletRequest());
        assertThat(spread.mean()).isZero();
        assertThat(spread.histogram().counts()[0]).isEqualTo(4);
    }

    /** Scores in [0, 1], which is what these sets say of themselves. */
    private ScoreSet set(float... values) {
        return scores.keep("some", "mine", 3, Keeps.HIGHEST, values, null);
    }

    private Scatter scatter(ScoreSet a, ScoreSet b, String bins) {
        MockHttpServletRequest http = new MockHttpServletRequest();
        http.setParameter("with", b.id().toString());
        if (bins != null) {
            http.setParameter("bins", bins);
        }
        return controller.scatter(a.id().toString(), b.id().toString(), bins, http);
    }
}
