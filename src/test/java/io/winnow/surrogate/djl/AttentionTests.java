package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTests {

    private static float[] run(float[] weights, int width, int heads, float[] x, Shape shape) {
        ParameterLayout layout = new ParameterLayout();
        Attention attention = new Attention(layout, "attn", width, heads);
        try (NDManager manager = NativeEngine.newManager(Device.cpu())) {
            return NativeEngine.exclusively(() -> {
                NDArray vector = manager.create(weights);
                NDArray none = manager.zeros(new Shape(0));
                return attention
                        .apply(new Weights(layout, vector, none), manager.create(x, shape), false, null)
                        .toFloatArray();
            });
        }
    }

    private static int count(int width) {
        return 3 * width * width + 3 * width + width * width + width;
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 4, 1", "1, 5, 6, 3", "3, 7, 8, 2", "2, 4, 5, 5"})
    void isTheDefinition(int samples, int tokens, int width, int heads) {
        Random random = new Random(samples * 31L + tokens);
        float[] weights = GradientFixtures.gaussian(random, count(width), 0.5f);
        float[] x = GradientFixtures.gaussian(random, samples * tokens * width, 1);

        float[] actual = run(weights, width, heads, x, new Shape(samples, tokens, width));

        double[] expected = define(weights, x, samples, tokens, width, heads);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5));
        }
    }

    private static double[] define(float[] weights, float[] x, int samples, int tokens, int width, int heads) {
        int d = width / heads;
        double[] y = new double[samples * tokens * width];
        for (int s = 0; s < samples; s++) {
            double[][] joined = new double[tokens][];
            double[][] mixed = new double[tokens][width];
            for (int t = 0; t < tokens; t++) {
                double[] row = new double[width];
                for (int j = 0; j < width; j++) {
                    row[j] = x[(s * tokens + t) * width + j];
                }
                joined[t] = linear(weights, 0, row, 3 * width);
            }
            for (int h = 0; h < heads; h++) {
                for (int t = 0; t < tokens; t++) {
                    double[] shares = new double[tokens];
                    double total = 0;
                    for (int u = 0; u < tokens; u++) {
                        double score = 0;
                        for (int j = h * d; j < (h + 1) * d; j++) {
                            score += joined[t][j] * joined[u][width + j];
                        }
                        shares[u] = Math.exp(score / Math.sqrt(d));
                        total += shares[u];
                    }
                    for (int u = 0; u < tokens; u++) {
                        for (int j = h * d; j < (h + 1) * d; j++) {
                            mixed[t][j] += shares[u] / total * joined[u][2 * width + j];
                        }
                    }
                }
            }
            for (int t = 0; t < tokens; t++) {
                double[] row = linear(weights, 3 * width * width + 3 * width, mixed[t], width);
                System.arraycopy(row, 0, y, (s * tokens + t) * width, width);
            }
        }
        return y;
    }

    private static double[] linear(float[] weights, int at, double[] x, int out) {
        double[] y = new double[out];
        for (int o = 0; o < out; o++) {
            y[o] = weights[at + out * x.length + o];
            for (int j = 0; j < x.length; j++) {
                y[o] += weights[at + o * x.length + j] * x[j];
            }
        }
        return y;
    }

    @Test
    void givesEachSampleTheSameHoweverLargeTheBatch() {
        int tokens = 1100;
        int width = 6;
        int samples = 6;
        Random random = new Random(4);
        float[] weights = GradientFixtures.gaussian(random, count(width), 0.5f);
        float[] x = GradientFixtures.gaussian(random, samples * tokens * width, 1);

        // 3 · 1100² shares a sample: five samples at a time.
        float[] together = run(weights, width, 3, x, new Shape(samples, tokens, width));

        for (int i = 0; i < samples; i++) {
            float[] one = java.util.Arrays.copyOfRange(x, i * tokens * width, (i + 1) * tokens * width);
            float[] alone = run(weights, width, 3, one, new Shape(1, tokens, width));
            assertThat(java.util.Arrays.copyOfRange(together, i * tokens * width, (i + 1) * tokens * width))
                    .containsExactly(alone, within(1e-6f));
        }
    }

    @Test
    void countsItsSharesAsMemory() {
        long few = batch(8);
        long many = batch(2);

        // A patch of 2 instead of 8 has 16 times the tokens, but 256 times the shares.
        assertThat(few).isGreaterThan(16 * many);
    }

    private static long batch(int patch) {
        var options =
                java.util.Map.<String, Object>of("patch", patch, "dim", 8, "heads", 8, "depth", 2, "pooling", "mean");
        var spec = new io.winnow.surrogate.SurrogateSpec(
                "vit-tiny", options, new io.winnow.surrogate.SampleShape(1, 32, 32), 10);
        try (Network network = new Network(spec, Device.cpu(), 1)) {
            return GradientMemory.batchSize(network, 20_000_000);
        }
    }
}
