package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.GradientScope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Per-sample gradients against those of torch.func in double precision (tools/golden/gradients.py). */
class PyTorchGradientTests {

    private static final int SAMPLES = Golden.LABELS.length;

    private static double[] golden(String key) throws IOException {
        try (InputStream in = PyTorchGradientTests.class.getResourceAsStream("/golden/gradients.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(key + " "))
                    .flatMap(line -> java.util.Arrays.stream(line.split(" ")).skip(1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }
    }

    @ParameterizedTest
    @MethodSource("io.winnow.surrogate.djl.Golden#names")
    void normsDotsAndMeanAgreeOnTheSameWeights(String name) throws IOException {
        try (DjlSurrogate surrogate =
                (DjlSurrogate) new DjlSurrogateEngine(2).initialise(Golden.smallSpec(name), "cpu", 1)) {
            ParameterLayout layout = surrogate.network().layout();
            surrogate.weights(Golden.weights(layout));
            surrogate.bufferValues(Golden.buffers(layout));
            try (Direction mean = surrogate.meanGradient(Golden.samples(), 0, SAMPLES, () -> false)) {
                compare(surrogate, name + ".all", GradientScope.ALL, mean);
                compare(surrogate, name + ".last", GradientScope.LAST_LAYER, mean);
                double[] expected = golden(name + ".mean");
                float[] actual = Golden.every(97, mean.values());
                assertThat(actual).hasSameSizeAs(expected);
                double largest = 0;
                for (double value : expected) {
                    largest = Math.max(largest, Math.abs(value));
                }
                for (int i = 0; i < expected.length; i++) {
                    assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-4 * largest));
                }
            }
        }
    }

    private static void compare(DjlSurrogate surrogate, String key, GradientScope scope, Direction mean)
            throws IOException {
        double[] norms = golden(key + ".norms");
        double[] dots = golden(key + ".dots");
        double[] meanNorm = {0};
        for (double dot : dots) {
            // ⟨g_i, ḡ⟩ averaged over i is ‖ḡ‖².
            meanNorm[0] += dot / SAMPLES;
        }
        surrogate.perSampleGradients(Golden.samples(), 0, SAMPLES, scope, mean, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                int at = batch.from() + i;
                assertThat((double) batch.squaredNorms()[i]).isCloseTo(norms[at], within(1e-4 * norms[at]));
                assertThat((double) batch.dots()[i])
                        .isCloseTo(
                                dots[at],
                                within(1e-4 * Math.abs(dots[at]) + 1e-5 * Math.sqrt(norms[at] * meanNorm[0])));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("io.winnow.surrogate.djl.Golden#names")
    void theScoresOfTheDataDietAgreeOnTheSameWeights(String name) throws IOException {
        try (DjlSurrogate surrogate =
                (DjlSurrogate) new DjlSurrogateEngine(2).initialise(Golden.smallSpec(name), "cpu", 1)) {
            ParameterLayout layout = surrogate.network().layout();
            surrogate.weights(Golden.weights(layout));
            surrogate.bufferValues(Golden.buffers(layout));
            ScoreFold el2n = fold("el2n");
            ScoreFold grandLast = fold("grand-last");
            ScoreFold grand = fold("grand");
            surrogate.forward(Golden.samples(), 0, SAMPLES, true, batch -> {
                el2n.snapshot(1, batch);
                grandLast.snapshot(1, batch);
            });
            surrogate.perSampleGradients(
                    Golden.samples(), 0, SAMPLES, GradientScope.ALL, null, batch -> grand.gradients(1, batch));
            assertScores(el2n, golden(name + ".el2n"));
            assertScores(grandLast, roots(golden(name + ".last.norms")));
            assertScores(grand, roots(golden(name + ".all.norms")));
        }
    }

    private static ScoreFold fold(String method) {
        try (var methods = new AnnotationConfigApplicationContext("io.winnow.scoring.method")) {
            return methods.getBeansOfType(ScoringMethod.class).values().stream()
                    .filter(found -> found.id().equals(method))
                    .findFirst()
                    .orElseThrow()
                    .begin(new RunContext(Golden.samples(), 1, 0, true, MethodOptions.DEFAULTS));
        }
    }

    private static void assertScores(ScoreFold fold, double[] expected) {
        float[] scores = fold.scores(1);
        assertThat(scores).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) scores[i]).isCloseTo(expected[i], within(1e-4 * expected[i]));
        }
    }

    private static double[] roots(double[] squares) {
        return java.util.Arrays.stream(squares).map(Math::sqrt).toArray();
    }
}
