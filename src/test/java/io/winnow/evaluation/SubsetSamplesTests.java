package io.winnow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SubsetSamplesTests {

    @Test
    void weightsKeepTheirProportionsAndTheLengthOfSteps() {
        // One of ten by score, the other drawn for the nine that are left: weights that sum to 10.
        assertThat(SubsetSamples.withMeanOne(new double[] {1, 9})).containsExactly(0.2f, 1.8f);
    }
}
