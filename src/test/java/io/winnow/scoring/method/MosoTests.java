package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class MosoTests extends ScoringMethodContractTests {

    MosoTests() {
        super(new Moso(), "moso", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new Moso());
    }
}
