package io.winnow.scoring.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import org.junit.jupiter.api.Test;

class GrandLastTests extends ScoringMethodContractTests {

    GrandLastTests() {
        super(new GrandLast(), "grand-last", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new GrandLast());
    }

    @Test
    void leavesTheBiasOutWhereThereIsNone() {
        float[] logits = {1, 2};
        float[] embeddings = {3, 4};
        RandomSamples train = new RandomSamples(1, new SampleShape(1, 1, 1), 2, 0);
        ScoreFold fold = new GrandLast().begin(new RunContext(train, 1, 0, false, MethodOptions.DEFAULTS));
        fold.snapshot(1, new ForwardBatch(0, 1, logits, new int[] {0}, embeddings, 2));
        double wrong = 1 / (1 + Math.exp(-1));
        assertThat((double) fold.scores(1)[0]).isEqualTo(Math.sqrt(2) * wrong * 5, within(1e-6));
    }
}
