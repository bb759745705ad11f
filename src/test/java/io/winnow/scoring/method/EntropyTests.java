package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class EntropyTests extends ScoringMethodContractTests {

    EntropyTests() {
        super(new Entropy(), "entropy", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new Entropy());
    }
}
