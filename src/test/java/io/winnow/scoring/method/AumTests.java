package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class AumTests extends ScoringMethodContractTests {

    AumTests() {
        super(new Aum(), "aum", Keeps.LOWEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new Aum());
    }
}
