package io.winnow.scoring.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class El2nTests extends ScoringMethodContractTests {

    El2nTests() {
        super(new El2n(), "el2n", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new El2n());
    }

    @Test
    void staysExactWhereProbabilitiesRoundToZeroAndOne() {
        float[] logits = {60, 0, -60, 0, 0, 100};
        LogSoftmax softmax = new LogSoftmax(3);
        // Both errors are e⁻⁶⁰, which 1 − p would round to zero.
        assertThat(softmax.read(logits, 0).errorNorm(0))
                .isCloseTo(Math.sqrt(2) * Math.exp(-60), withinPercentage(1e-9));
        assertThat(softmax.read(logits, 3).errorNorm(0)).isCloseTo(Math.sqrt(2), withinPercentage(1e-9));
    }
}
