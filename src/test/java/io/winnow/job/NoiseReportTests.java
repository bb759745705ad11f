package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.scoring.Keeps;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NoiseReportTests {

    @Test
    void isPerfectWhereAllSpoiltSamplesAreMostImportant() {
        float[] scores = {0.1f, 0.9f, 0.2f, 0.8f};
        assertThat(NoiseReport.auroc(scores, Keeps.HIGHEST, bits(1, 3))).isEqualTo(1);
        assertThat(NoiseReport.precision(scores, Keeps.HIGHEST, bits(1, 3))).isEqualTo(1);
        assertThat(NoiseReport.auroc(scores, Keeps.LOWEST, bits(1, 3))).isZero();
        assertThat(NoiseReport.precision(scores, Keeps.LOWEST, bits(1, 3))).isZero();
    }

    @Test
    void countsTiesHalf() {
        assertThat(NoiseReport.auroc(new float[6], Keeps.HIGHEST, bits(0, 4))).isEqualTo(0.5);
    }

    @Test
    void agreesWithCountingPairs() {
        Random random = new Random(5);
        float[] scores = new float[300];
        BitSet spoilt = new BitSet();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextInt(40);
            spoilt.set(i, random.nextInt(4) == 0);
        }
        double wins = 0;
        long pairs = 0;
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (spoilt.get(i) && !spoilt.get(j)) {
                    pairs++;
                    wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        assertThat(NoiseReport.auroc(scores, Keeps.HIGHEST, spoilt)).isCloseTo(wins / pairs, within(1e-12));
        assertThat(NoiseReport.auroc(scores, Keeps.LOWEST, spoilt)).isCloseTo(1 - wins / pairs, within(1e-12));
    }

    @Test
    void saysNothingWithoutBothKinds() {
        assertThat(NoiseReport.auroc(new float[3], Keeps.HIGHEST, bits())).isNull();
        assertThat(NoiseReport.precision(new float[3], Keeps.HIGHEST, bits())).isNull();
    }

    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        for (int bit : set) {
            bits.set(bit);
        }
        return bits;
    }
}
