package io.winnow.scoring.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.TrainingBatch;
import org.junit.jupiter.api.Test;

class DynamicUncertaintyTests extends ScoringMethodContractTests {

    DynamicUncertaintyTests() {
        super(new DynamicUncertainty(), "dynamic-uncertainty", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new DynamicUncertainty());
    }

    @Test
    void shrinksTheWindowToTheEpochsThatThereAre() {
        // Two visits with p = 1/2 and p = 3/4: one window of two, std = 1/4 / √2.
        RandomSamples train = new RandomSamples(1, new SampleShape(1, 1, 1), 2, 0);
        ScoreFold fold = new DynamicUncertainty().begin(new RunContext(train, 2, 0, true, MethodOptions.DEFAULTS));
        fold.training(new TrainingBatch(1, 0, 1, new int[1], new int[1], new float[] {0, 0}, 1, 1));
        fold.training(new TrainingBatch(2, 1, 1, new int[1], new int[1], new float[] {(float) Math.log(3), 0}, 1, 1));
        assertThat((double) fold.scores(2)[0]).isEqualTo(0.25 / Math.sqrt(2), within(1e-7));
    }

    @Test
    void scoresASampleThatAnEpochLeftOutByTheVisitsThatItHad() {
        RandomSamples train = new RandomSamples(2, new SampleShape(1, 1, 1), 2, 0);
        ScoreFold fold = new DynamicUncertainty().begin(new RunContext(train, 3, 0, true, MethodOptions.DEFAULTS));
        float[] even = {0, 0};
        float[] sure = {(float) Math.log(3), 0};
        fold.training(new TrainingBatch(1, 0, 1, new int[] {1}, new int[1], even, 1, 1));
        fold.training(new TrainingBatch(2, 1, 1, new int[] {1}, new int[1], sure, 1, 1));
        assertThat((double) fold.scores(3)[1]).isEqualTo(0.25 / Math.sqrt(2), within(1e-7));
        assertThat(fold.scores(3)[0]).isZero();
    }
}
