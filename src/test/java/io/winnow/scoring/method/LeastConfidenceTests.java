package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class LeastConfidenceTests extends ScoringMethodContractTests {

    LeastConfidenceTests() {
        super(new LeastConfidence(), "least-confidence", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new LeastConfidence());
    }
}
