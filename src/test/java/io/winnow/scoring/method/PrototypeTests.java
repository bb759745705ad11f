package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class PrototypeTests extends ScoringMethodContractTests {

    PrototypeTests() {
        super(new Prototype(), "prototype", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new Prototype());
    }
}
