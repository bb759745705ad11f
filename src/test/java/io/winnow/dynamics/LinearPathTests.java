package io.winnow.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LinearPathTests {

    @Test
    void barrierIsTheHighestPointOverTheMeanOfTheEnds() {
        assertThat(LinearPath.barrier(new double[] {0.1, 0.6, 0.3})).isCloseTo(0.4, within(1e-12));
        assertThat(LinearPath.barrier(new double[] {0.2, 0.1, 0.4}))
                .as("an end that is higher than the other is one half above their mean")
                .isCloseTo(0.1, within(1e-12));
        assertThat(LinearPath.barrier(new double[] {0.25, 0.1, 0.25})).isZero();
    }

    @Test
    void goesFromOneEndToTheOtherInEqualSteps() {
        assertThat(LinearPath.alphas(5)).containsExactly(0, 0.25, 0.5, 0.75, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> LinearPath.alphas(1));
    }

    @Test
    void endsAreTheWeightsThemselvesToTheBit() {
        float[] first = {1e-8f, 3.3f, -7e6f};
        float[] second = {1f, -3.1f, 0.1f};
        assertThat(LinearPath.between(first, second, 0)).isEqualTo(first);
        assertThat(LinearPath.between(first, second, 1)).isEqualTo(second);
        assertThat(LinearPath.between(first, first, 0.3)).isEqualTo(first);
        assertThat(LinearPath.between(new float[] {2}, new float[] {4}, 0.25)).containsExactly(2.5f);
        assertThat(LinearPath.between(new float[] {2}, new float[] {4}, 0.75)).containsExactly(3.5f);
    }
}
