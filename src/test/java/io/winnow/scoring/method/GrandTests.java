package io.winnow.scoring.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.SoftmaxRegression;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import org.junit.jupiter.api.Test;

class GrandTests extends ScoringMethodContractTests {

    GrandTests() {
        super(new Grand(), "grand", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new Grand());
    }

    @Test
    void tellsHowItFollowsTheInputNormAtInitialisation() {
        RandomSamples train = new RandomSamples(50, new SampleShape(3, 4, 4), 4, 3);
        ScoreFold fold = new Grand().begin(new RunContext(train, 5, 0, true, MethodOptions.DEFAULTS));
        float[] squares = new float[50];
        for (int i = 0; i < 50; i++) {
            double[] x = SoftmaxRegression.input(train, i);
            squares[i] = (float) (9 * (SoftmaxRegression.dot(x, x) - 1));
        }
        fold.gradients(0, new GradientBatch(0, 50, squares, null, new float[200], new int[50]));
        assertThat(fold.facts(0).get("inputNormCorrelation")).isEqualTo(1, within(1e-6));
        assertThat(fold.facts(5)).isEmpty();
        assertThat(new Grand().warnings(0)).hasSize(1);
        assertThat(new Grand().warnings(5)).isEmpty();
    }
}
