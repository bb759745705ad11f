package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class LossTests extends ScoringMethodContractTests {

    LossTests() {
        super(new Loss(), "loss", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new Loss());
    }
}
