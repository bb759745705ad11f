package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class MarginTests extends ScoringMethodContractTests {

    MarginTests() {
        super(new Margin(), "margin", Keeps.LOWEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new Margin());
    }
}
