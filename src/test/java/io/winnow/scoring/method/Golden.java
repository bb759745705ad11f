package io.winnow.scoring.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.MethodOptions.NeverLearned;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.Stage;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.TrainingBatch;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** Scores computed by PyTorch in float64 from the definitions, see {@code tools/golden/methods.py}. */
record Golden(
        int[] labels,
        int epochs,
        int classes,
        int window,
        float[][][] trajectory,
        float[][] logits,
        float[][] embeddings,
        float[] squaredNorms,
        float[] dots,
        double[] learningRates,
        long totalSteps,
        Map<String, double[]> scores) {

    static Golden read() {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/methods.json")) {
            return new JsonMapper().readValue(in, Golden.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Feeds the golden run to the method and holds its scores against PyTorch's. */
    static void hold(ScoringMethod method) {
        Golden golden = read();
        float[] scores = golden.feed(method, NeverLearned.MAX).scores(golden.epochs);
        double[] expected = golden.scores.get(method.id());
        assertThat(scores).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) scores[i]).isEqualTo(expected[i], within(1e-6 * Math.max(0.1, Math.abs(expected[i]))));
        }
    }

    ScoreFold feed(ScoringMethod method, NeverLearned neverLearned) {
        int n = labels.length;
        MethodOptions options = new MethodOptions(neverLearned, 2, 1, GradientScope.ALL, window);
        RandomSamples train = new RandomSamples(n, new SampleShape(1, 2, 2), classes, 0);
        ScoreFold fold = method.begin(new RunContext(train, epochs, 0, true, options));
        int[] positions = IntStream.range(0, n).toArray();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            fold.training(new TrainingBatch(epoch, epoch, n, positions, labels, flat(trajectory[epoch - 1]), 1, 0.1));
        }
        ForwardBatch forward = new ForwardBatch(0, n, flat(logits), labels, flat(embeddings), embeddings[0].length);
        fold.snapshot(epochs, forward);
        if (fold.needsSecondPass(epochs)) {
            fold.snapshot(epochs, forward);
        }
        GradientBatch gradients = new GradientBatch(0, n, squaredNorms, dots, flat(logits), labels);
        fold.gradients(epochs, gradients);
        for (double rate : learningRates) {
            fold.stage(new Stage(learningRates.length, rate, totalSteps, n, null), gradients);
            fold.stageDone();
        }
        return fold;
    }

    private static float[] flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return flat;
    }
}
