package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class DualTests extends ScoringMethodContractTests {

    DualTests() {
        super(new Dual(), "dual", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new Dual());
    }
}
