package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.job.JobRequest.LabelNoise;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class NoisyLabelsTests {

    private static final LabelNoise NOISE = new LabelNoise(0.2, 7);

    @Test
    void replacesExactlyTheAskedFractionByAnotherClass() {
        TinyDataset samples = new TinyDataset(1_000, 10);
        NoisyLabels noisy = new NoisyLabels(samples, NOISE);
        BitSet hit = NoisyLabels.hit(1_000, 10, NOISE);
        assertThat(hit.cardinality()).isEqualTo(200);
        for (int i = 0; i < samples.size(); i++) {
            assertThat(noisy.label(i)).isBetween(0, 9);
            assertThat(noisy.label(i) != samples.label(i)).isEqualTo(hit.get(i));
        }
    }

    @Test
    void drawsTheOtherClassesUniformly() {
        TinyDataset samples = new TinyDataset(20_000, 5);
        NoisyLabels noisy = new NoisyLabels(samples, new LabelNoise(0.5, 3));
        int[] shifts = new int[5];
        for (int i = 0; i < samples.size(); i++) {
            shifts[Math.floorMod(noisy.label(i) - samples.label(i), 5)]++;
        }
        for (int shift = 1; shift < 5; shift++) {
            assertThat(shifts[shift])
                    .as("2,500 expected, standard deviation 43")
                    .isBetween(2_300, 2_700);
        }
    }

    @Test
    void dependsOnTheSeedAlone() {
        assertThat(NoisyLabels.hit(500, 3, NOISE)).isEqualTo(NoisyLabels.hit(500, 3, NOISE));
        assertThat(NoisyLabels.hit(500, 3, NOISE)).isNotEqualTo(NoisyLabels.hit(500, 3, new LabelNoise(0.2, 8)));
    }

    @Test
    void staysTheSameFromReleaseToRelease() {
        assertThat(NoisyLabels.hit(20, 3, NOISE).stream()).containsExactly(2, 4, 12, 16);
    }
}
