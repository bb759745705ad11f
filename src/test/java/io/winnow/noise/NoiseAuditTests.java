package io.winnow.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.dataset.SourcePositions;
import io.winnow.noise.NoiseAuditReport.Cut;
import io.winnow.noise.NoiseAuditReport.SuspectLabel;
import io.winnow.noise.NoiseAuditReport.WindowSweep;
import io.winnow.scoring.Keeps;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class NoiseAuditTests {

    /** By falling suspicion: planted, other, planted, other, planted, other, other, other, other, other. */
    private static final float[] SCORES = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0};

    @Test
    void cutsWherePlantedSamplesCeaseToBeHalf() {
        Cut cut = audit(Keeps.HIGHEST, SCORES, 0, 2, 4).cut();
        assertThat(cut.score()).as("of the six most suspect three are planted").isEqualTo(4);
        assertThat(cut.plantedFound()).isEqualTo(1);
        assertThat(cut.suspects()).isEqualTo(3);
        assertThat(cut.suspectFraction()).isCloseTo(3.0 / 7, within(1e-12));
    }

    @Test
    void namesTheOthersAboveTheCutTheMostSuspectFirst() {
        int[] labels = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
        int[] predicted = {1, 0, 1, 1, 1, 0, 0, 1, 0, 1};
        NoiseAudit audit = audit(Keeps.HIGHEST, SCORES, 0, 2, 4);
        assertThat(audit.suspects(audit.cut(), labels, predicted, SourcePositions.ALL))
                .containsExactly(
                        new SuspectLabel(1, 1, 0, 8), new SuspectLabel(3, 1, 1, 6), new SuspectLabel(5, 1, 0, 4));
    }

    @Test
    void readsScoresThatAreLowWhereSamplesAreSuspectTheOtherWayRound() {
        Cut cut = audit(Keeps.LOWEST, SCORES, 9, 7).cut();
        assertThat(cut.score()).as("samples 9, 8, 7 and 6 are the most suspect").isEqualTo(3);
        assertThat(cut.suspects()).isEqualTo(2);
    }

    @Test
    void suggestsNoCutWherePlantedSamplesAreNowhereHalf() {
        NoiseAudit audit = audit(Keeps.HIGHEST, SCORES, 2, 9);
        assertThat(audit.cut()).isNull();
        assertThat(audit.suspects(null, new int[10], null, SourcePositions.ALL)).isEmpty();
    }

    @Test
    void takesAllThatTieWithTheCut() {
        float[] tied = {5, 5, 5, 1, 0, 0, 0, 0, 0, 0};
        Cut cut = audit(Keeps.HIGHEST, tied, 0).cut();
        assertThat(cut.suspects()).isEqualTo(2);
    }

    @Test
    void tellsWhatAWindowKeepsOfThePlantedSamples() {
        float[] scores = new float[100];
        BitSet planted = new BitSet();
        for (int i = 0; i < 100; i++) {
            scores[i] = 100 - i;
        }
        planted.set(0, 10);
        NoiseAudit audit = new NoiseAudit(scores, Keeps.HIGHEST, planted);
        assertThat(audit.windows())
                .contains(
                        new WindowSweep(0.5, 0, 1, 0.2),
                        new WindowSweep(0.5, 0.05, 0.5, 0.1),
                        new WindowSweep(0.5, 0.1, 0, 0));
    }

    private static NoiseAudit audit(Keeps keeps, float[] scores, int... planted) {
        BitSet set = new BitSet();
        for (int one : planted) {
            set.set(one);
        }
        return new NoiseAudit(scores, keeps, set);
    }
}
