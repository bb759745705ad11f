package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SoftmaxLossTests {

    private final SoftmaxLoss loss = new SoftmaxLoss(2, 2);

    @Test
    void isTheMeanOfTheWeightedCrossEntropies() {
        float[] logits = {(float) Math.log(3), 0, 0, 0};

        loss.compute(logits, new int[] {0, 1}, new float[] {1.5f, 0.5f}, 2);

        assertThat(loss.loss()).isCloseTo((1.5 * Math.log(4.0 / 3) + 0.5 * Math.log(2)) / 2, within(1e-7));
        assertThat(loss.correct()).isEqualTo(1);
    }

    @Test
    void hasTheGradientOfSoftmaxMinusOneHot() {
        float[] logits = {(float) Math.log(3), 0, 0, 0};

        loss.compute(logits, new int[] {0, 1}, new float[] {1.5f, 0.5f}, 2);

        float[] expected = {1.5f * -0.25f / 2, 1.5f * 0.25f / 2, 0.5f * 0.5f / 2, 0.5f * -0.5f / 2};
        assertThat(loss.gradient()).containsExactly(expected, within(1e-7f));
    }

    @Test
    void holdsForLogitsWhoseExponentialsOverflow() {
        loss.compute(new float[] {1000, 0}, new int[] {1}, new float[] {1}, 1);

        assertThat(loss.loss()).isCloseTo(1000, within(1e-6));
    }

    @Test
    void isNotFiniteWhenALogitIsNot() {
        loss.compute(new float[] {Float.NaN, 0}, new int[] {1}, new float[] {1}, 1);
        assertThat(loss.loss()).isNaN();

        loss.compute(new float[] {Float.POSITIVE_INFINITY, 0}, new int[] {1}, new float[] {1}, 1);
        assertThat(Double.isFinite(loss.loss())).isFalse();
    }
}
