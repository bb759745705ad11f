package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.GradientMatrices.Form;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Linear layers, normalisations and embeddings against their definitions, summed in double precision term by term. */
class GradientFormulaTests {

    private static final int SAMPLES = 5;

    static Stream<Arguments> forms() {
        return LongStream.range(0, 12)
                .boxed()
                .flatMap(seed -> Stream.of((Form) null, Form.DIRECT, Form.GRAM)
                        .flatMap(form -> Stream.of(1L << 28, 500L).map(bytes -> Arguments.of(seed, form, bytes))));
    }

    /** Per-sample gradients of one parameter, [samples][size], in double precision. */
    private static void expect(GradientSums sums, double[][] gradients, float[] direction) {
        float[] norms = sums.squaredNorms().toFloatArray();
        float[] dots = sums.dots().toFloatArray();
        for (int i = 0; i < gradients.length; i++) {
            double squared = 0;
            double dot = 0;
            double scale = 0;
            for (int j = 0; j < gradients[i].length; j++) {
                squared += gradients[i][j] * gradients[i][j];
                dot += gradients[i][j] * direction[j];
                scale += direction[j] * direction[j];
            }
            assertThat((double) norms[i]).isCloseTo(squared, within(2e-5 * squared));
            assertThat((double) dots[i])
                    .isCloseTo(dot, within(1e-5 * Math.abs(dot) + 2e-6 * Math.sqrt(squared * scale)));
        }
    }

    private static float[] join(float[] a, float[] b) {
        float[] joined = java.util.Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, joined, a.length, b.length);
        return joined;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aLinearLayerOnFlatInputsAndOnTokens(long seed, Form form, long bytes) {
        Random random = new Random(seed);
        int positions = random.nextBoolean() ? 1 : 1 + random.nextInt(9);
        int in = 1 + random.nextInt(9);
        int out = 1 + random.nextInt(9);
        float[] a = GradientFixtures.gaussian(random, SAMPLES * positions * in, 1);
        float[] b = GradientFixtures.gaussian(random, SAMPLES * positions * out, 1);
        float[] v = GradientFixtures.gaussian(random, out * in, 1);
        float[] biasV = GradientFixtures.gaussian(random, out, 1);
        double[][] gradients = new double[SAMPLES][out * in + out];
        for (int i = 0; i < SAMPLES; i++) {
            for (int p = 0; p < positions; p++) {
                for (int o = 0; o < out; o++) {
                    double g = b[(i * positions + p) * out + o];
                    for (int j = 0; j < in; j++) {
                        gradients[i][o * in + j] += g * a[(i * positions + p) * in + j];
                    }
                    gradients[i][out * in + o] += g;
                }
            }
        }
        try (NDManager manager = NativeEngine.newManager(Device.cpu())) {
            boolean flat = positions == 1 && random.nextBoolean();
            NDArray input = manager.create(a, flat ? new Shape(SAMPLES, in) : new Shape(SAMPLES, positions, in));
            NDArray gradient = manager.create(b, flat ? new Shape(SAMPLES, out) : new Shape(SAMPLES, positions, out));
            GradientSums sums = GradientSums.zeros(manager, SAMPLES, true);

            new GradientOfLinear(
                            true,
                            manager.create(v, new Shape(out, in)),
                            manager.create(biasV),
                            GradientScratch.of(bytes, false),
                            form)
                    .add(input, gradient, sums);

            expect(sums, gradients, join(v, biasV));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 1L << 28})
    void batchNormalisationWithFixedStatistics(long bytes) {
        Random random = new Random(8);
        int channels = 6;
        int positions = 12;
        float[] x = GradientFixtures.gaussian(random, SAMPLES * channels * positions, 1);
        float[] b = GradientFixtures.gaussian(random, SAMPLES * channels * positions, 1);
        float[] mean = GradientFixtures.gaussian(random, channels, 2);
        float[] inverse = {0.5f, 1, 2, 3, 0.1f, 0.7f};
        float[] v = GradientFixtures.gaussian(random, 2 * channels, 1);
        double[][] gradients = new double[SAMPLES][2 * channels];
        for (int i = 0; i < SAMPLES; i++) {
            for (int c = 0; c < channels; c++) {
                for (int p = 0; p < positions; p++) {
                    int at = (i * channels + c) * positions + p;
                    gradients[i][c] += (double) b[at] * (x[at] - mean[c]) * inverse[c];
                    gradients[i][channels + c] += b[at];
                }
            }
        }
        try (NDManager manager = NativeEngine.newManager(Device.cpu())) {
            Shape shape = new Shape(SAMPLES, channels, 3, 4);
            NDArray direction = manager.create(v);
            GradientSums sums = GradientSums.zeros(manager, SAMPLES, true);

            new GradientOfScale(
                            GradientOfScale.fixed(manager.create(mean), manager.create(inverse)),
                            direction.get("0:6"),
                            direction.get("6:12"),
                            GradientScratch.of(bytes, false))
                    .add(manager.create(x, shape), manager.create(b, shape), sums);

            expect(sums, gradients, v);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 1L << 28})
    void layerNormalisation(long bytes) {
        Random random = new Random(9);
        int width = 7;
        int positions = 5;
        double epsilon = 1e-5;
        float[] x = GradientFixtures.gaussian(random, SAMPLES * positions * width, 3);
        float[] b = GradientFixtures.gaussian(random, SAMPLES * positions * width, 1);
        float[] v = GradientFixtures.gaussian(random, 2 * width, 1);
        double[][] gradients = new double[SAMPLES][2 * width];
        for (int row = 0; row < SAMPLES * positions; row++) {
            double mean = 0;
            double variance = 0;
            for (int j = 0; j < width; j++) {
                mean += x[row * width + j] / (double) width;
            }
            for (int j = 0; j < width; j++) {
                variance += Math.pow(x[row * width + j] - mean, 2) / width;
            }
            for (int j = 0; j < width; j++) {
                double normalised = (x[row * width + j] - mean) / Math.sqrt(variance + epsilon);
                gradients[row / positions][j] += b[row * width + j] * normalised;
                gradients[row / positions][width + j] += b[row * width + j];
            }
        }
        try (NDManager manager = NativeEngine.newManager(Device.cpu())) {
            Shape shape = new Shape(SAMPLES, positions, width);
            NDArray direction = manager.create(v);
            GradientSums sums = GradientSums.zeros(manager, SAMPLES, true);

            new GradientOfScale(
                            GradientOfScale.overLastAxis(epsilon),
                            direction.get("0:7"),
                            direction.get("7:14"),
                            GradientScratch.of(bytes, false))
                    .add(manager.create(x, shape), manager.create(b, shape), sums);

            expect(sums, gradients, v);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 1L << 28})
    void anEmbeddingWithRepeatedTokens(long bytes) {
        Random random = new Random(10);
        int tokens = 4;
        int width = 3;
        int positions = 9;
        long[] ids = random.longs((long) SAMPLES * positions, 0, tokens).toArray();
        float[] b = GradientFixtures.gaussian(random, SAMPLES * positions * width, 1);
        float[] v = GradientFixtures.gaussian(random, tokens * width, 1);
        double[][] gradients = new double[SAMPLES][tokens * width];
        for (int row = 0; row < ids.length; row++) {
            for (int j = 0; j < width; j++) {
                gradients[row / positions][(int) ids[row] * width + j] += b[row * width + j];
            }
        }
        try (NDManager manager = NativeEngine.newManager(Device.cpu())) {
            GradientSums sums = GradientSums.zeros(manager, SAMPLES, true);

            new GradientOfEmbedding(manager.create(v, new Shape(tokens, width)), GradientScratch.of(bytes, false))
                    .add(
                            manager.create(ids, new Shape(SAMPLES, positions)),
                            manager.create(b, new Shape(SAMPLES, positions, width)),
                            sums);

            expect(sums, gradients, v);
        }
    }
}
