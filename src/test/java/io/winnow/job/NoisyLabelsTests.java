package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.job.JobRequest.LabelNoise;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NoisyLabelsTests {

    private static final LabelNoise NOISE = LabelNoise.symmetric(0.2, 7);

    @Test
    void replacesExactlyTheAskedFractionByAnotherClass() {
        TinyDataset samples = new TinyDataset(1_000, 10);
        NoisyLabels noisy = new NoisyLabels(samples, NOISE, List.of());
        BitSet hit = NoisyLabels.hit(samples, NOISE, List.of());
        assertThat(hit.cardinality()).isEqualTo(200);
        for (int i = 0; i < samples.size(); i++) {
            assertThat(noisy.label(i)).isBetween(0, 9);
            assertThat(noisy.label(i) != samples.label(i)).isEqualTo(hit.get(i));
        }
    }

    @Test
    void drawsTheOtherClassesUniformly() {
        TinyDataset samples = new TinyDataset(20_000, 5);
        NoisyLabels noisy = new NoisyLabels(samples, LabelNoise.symmetric(0.5, 3), List.of());
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
        assertThat(hit(500, NOISE)).isEqualTo(hit(500, NOISE));
        assertThat(hit(500, NOISE)).isNotEqualTo(hit(500, LabelNoise.symmetric(0.2, 8)));
    }

    @Test
    void movesSamplesByAMapOfClassesAndOnlyThose() {
        TinyDataset samples = new TinyDataset(1_000, 4);
        LabelNoise noise = new LabelNoise("asymmetric", 0.3, 5, Map.of("cat", "dog", "dog", "cat", "ship", "truck"));
        List<String> classes = List.of("cat", "dog", "ship", "truck");
        NoisyLabels noisy = new NoisyLabels(samples, noise, classes);
        BitSet hit = NoisyLabels.hit(samples, noise, classes);
        assertThat(hit.cardinality()).as("30 % of the 750 of three classes").isEqualTo(225);
        int[] becomes = {1, 0, 3, 3};
        for (int i = 0; i < samples.size(); i++) {
            int label = samples.label(i);
            assertThat(noisy.label(i)).isEqualTo(hit.get(i) ? becomes[label] : label);
            assertThat(label == 3 && hit.get(i)).isFalse();
        }
    }

    private static BitSet hit(int samples, LabelNoise noise) {
        return NoisyLabels.hit(new TinyDataset(samples, 3), noise, List.of());
    }

    @Test
    void staysTheSameFromReleaseToRelease() {
        assertThat(hit(20, NOISE).stream()).containsExactly(2, 4, 12, 16);
    }
}
