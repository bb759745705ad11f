package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.Convolution.Geometry;
import io.winnow.surrogate.djl.GradientMatrices.Form;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The layers of transformers and convolutions of each channel alone, of drawn shapes and within drawn bounds of memory, against
 * their definitions summed in double precision.
 */
class TokenGradientTests {

    static Stream<Arguments> draws() {
        return LongStream.range(0, 30)
                .boxed()
                .flatMap(seed -> Stream.of(1L << 28, 600L, 40L).map(bytes -> Arguments.of(seed, bytes)));
    }

    /** One draw: a batch of tokens with the gradients of its outputs, and a direction. */
    private static final class Draw {

        final Random random;
        final int samples;
        final int tokens;
        final int width;

        Draw(long seed) {
            random = new Random(seed);
            samples = seed % 5 == 0 ? 1 : 1 + random.nextInt(7);
            tokens = seed % 7 == 0 ? 1 : 1 + random.nextInt(12);
            width = 1 + random.nextInt(17);
        }

        float[] gaussian(int size) {
            return GradientFixtures.gaussian(random, size, 1);
        }
    }

    private interface Work {
        void add(NDManager manager, GradientSums sums);
    }

    /** @param gradients by sample, of all parameters of the layer */
    private static void expect(double[][] gradients, float[] direction, Work work) {
        float[] norms;
        float[] dots;
        try (NDManager manager = NativeEngine.newManager(Device.cpu())) {
            GradientSums sums = GradientSums.zeros(manager, gradients.length, true);
            work.add(manager, sums);
            norms = sums.squaredNorms().toFloatArray();
            dots = sums.dots().toFloatArray();
        }
        double length = SingleSampleGradients.dot(direction, direction);
        for (int i = 0; i < gradients.length; i++) {
            double squared = 0;
            double dot = 0;
            for (int j = 0; j < direction.length; j++) {
                squared += gradients[i][j] * gradients[i][j];
                dot += gradients[i][j] * direction[j];
            }
            assertThat((double) norms[i]).isCloseTo(squared, within(5e-5 * squared + 1e-9));
            assertThat((double) dots[i])
                    .isCloseTo(dot, within(1e-5 * Math.abs(dot) + 5e-6 * Math.sqrt(squared * length) + 1e-9));
        }
    }

    @ParameterizedTest
    @MethodSource("draws")
    void positionsAndTheClassToken(long seed, long bytes) {
        Draw draw = new Draw(seed);
        boolean classToken = draw.random.nextBoolean();
        int size = draw.tokens * draw.width;
        float[] b = draw.gaussian(draw.samples * size);
        float[] v = draw.gaussian(size + (classToken ? draw.width : 0));
        double[][] gradients = new double[draw.samples][v.length];
        for (int i = 0; i < draw.samples; i++) {
            for (int j = 0; j < v.length; j++) {
                gradients[i][j] = b[i * size + (j < size ? j : j - size)];
            }
        }
        expect(gradients, v, (manager, sums) -> {
            NDArray all = manager.create(v);
            NDArray gradient = manager.create(b, new Shape(draw.samples, draw.tokens, draw.width));
            new GradientOfPositions(
                            classToken,
                            all.get("0:" + size),
                            classToken ? all.get(size + ":") : null,
                            GradientScratch.of(bytes, false))
                    .add(gradient, gradient, sums);
        });
    }

    @ParameterizedTest
    @MethodSource("draws")
    void layerNormalisation(long seed, long bytes) {
        Draw draw = new Draw(seed);
        int d = draw.width + 1;
        int rows = draw.samples * draw.tokens;
        float[] x = draw.gaussian(rows * d);
        float[] b = draw.gaussian(rows * d);
        float[] v = draw.gaussian(2 * d);
        double[][] gradients = new double[draw.samples][2 * d];
        for (int row = 0; row < rows; row++) {
            double mean = 0;
            double variance = 0;
            for (int j = 0; j < d; j++) {
                mean += x[row * d + j] / (double) d;
            }
            for (int j = 0; j < d; j++) {
                variance += Math.pow(x[row * d + j] - mean, 2) / d;
            }
            for (int j = 0; j < d; j++) {
                double normalised = (x[row * d + j] - mean) / Math.sqrt(variance + LayerNormalisation.EPSILON);
                gradients[row / draw.tokens][j] += b[row * d + j] * normalised;
                gradients[row / draw.tokens][d + j] += b[row * d + j];
            }
        }
        boolean flat = draw.tokens == 1;
        expect(gradients, v, (manager, sums) -> {
            Shape shape = flat ? new Shape(draw.samples, d) : new Shape(draw.samples, draw.tokens, d);
            NDArray all = manager.create(v);
            new GradientOfScale(
                            GradientOfScale.overLastAxis(LayerNormalisation.EPSILON),
                            all.get("0:" + d),
                            all.get(d + ":"),
                            GradientScratch.of(bytes, false))
                    .add(manager.create(x, shape), manager.create(b, shape), sums);
        });
    }

    static Stream<Arguments> formsOfDraws() {
        return draws().flatMap(draw -> Stream.of((Form) null, Form.DIRECT, Form.GRAM)
                .map(form -> Arguments.of(draw.get()[0], draw.get()[1], form)));
    }

    @ParameterizedTest
    @MethodSource("formsOfDraws")
    void aLinearLayerOnTokensWithinAnyBound(long seed, long bytes, Form form) {
        Draw draw = new Draw(seed);
        int in = draw.width;
        int out = 1 + draw.random.nextInt(40);
        int rows = draw.samples * draw.tokens;
        float[] a = draw.gaussian(rows * in);
        float[] b = draw.gaussian(rows * out);
        float[] v = draw.gaussian(out * in + out);
        double[][] gradients = new double[draw.samples][v.length];
        for (int row = 0; row < rows; row++) {
            double[] gradient = gradients[row / draw.tokens];
            for (int o = 0; o < out; o++) {
                for (int j = 0; j < in; j++) {
                    gradient[o * in + j] += (double) b[row * out + o] * a[row * in + j];
                }
                gradient[out * in + o] += b[row * out + o];
            }
        }
        expect(gradients, v, (manager, sums) -> {
            NDArray all = manager.create(v);
            new GradientOfLinear(
                            true,
                            all.get("0:" + out * in).reshape(out, in),
                            all.get(out * in + ":"),
                            GradientScratch.of(bytes, false),
                            form)
                    .add(
                            manager.create(a, new Shape(draw.samples, draw.tokens, in)),
                            manager.create(b, new Shape(draw.samples, draw.tokens, out)),
                            sums);
        });
    }

    /** The general formula for convolutions has its own tests against the definition; here it is the reference. */
    @ParameterizedTest
    @MethodSource("draws")
    void aConvolutionOfEachChannelAlone(long seed, long bytes) {
        Draw draw = new Draw(seed);
        int channels = draw.width + 1;
        int kernel = 1 + draw.random.nextInt(4);
        Geometry geometry = new Geometry(
                channels,
                channels,
                kernel,
                1 + draw.random.nextInt(2),
                kernel / 2,
                1,
                channels,
                draw.random.nextBoolean());
        int h = kernel + draw.random.nextInt(6);
        int w = kernel + draw.random.nextInt(6);
        int outH = (int) geometry.outputSide(h);
        int outW = (int) geometry.outputSide(w);
        float[] x = draw.gaussian(draw.samples * h * w * channels);
        float[] b = draw.gaussian(draw.samples * outH * outW * channels);
        float[] v = draw.gaussian(channels * kernel * kernel);
        float[] biasV = draw.gaussian(channels);
        float[] factors = draw.random.nextBoolean() ? draw.gaussian(channels) : null;
        try (NDManager manager = NativeEngine.newManager(Device.cpu())) {
            NDArray input =
                    manager.create(x, new Shape(draw.samples, h, w, channels)).transpose(0, 3, 1, 2);
            NDArray gradient = manager.create(b, new Shape(draw.samples, outH, outW, channels))
                    .transpose(0, 3, 1, 2);
            NDArray direction = manager.create(v, new Shape(channels, kernel, kernel, 1));
            NDArray bias = geometry.biased() ? manager.create(biasV) : null;
            NDArray scale = factors == null ? null : manager.create(factors);
            GradientScratch scratch = GradientScratch.of(bytes, false);
            GradientSums expected = GradientSums.zeros(manager, draw.samples, true);
            GradientSums actual = GradientSums.zeros(manager, draw.samples, true);

            new GradientOfConvolution(
                            geometry, scale, direction, bias, GradientScratch.of(1L << 28, false), Form.DIRECT)
                    .add(input, gradient, expected);
            new GradientOfDepthwise(geometry, scale, direction, bias, scratch).add(input, gradient, actual);

            float[] norms = expected.squaredNorms().toFloatArray();
            double length = Math.sqrt(SingleSampleGradients.dot(v, v) + SingleSampleGradients.dot(biasV, biasV));
            for (int i = 0; i < draw.samples; i++) {
                assertThat(actual.squaredNorms().getFloat(i)).isCloseTo(norms[i], within(5e-5f * norms[i]));
                assertThat(actual.dots().getFloat(i))
                        .isCloseTo(expected.dots().getFloat(i), within((float) (1e-5 * length * Math.sqrt(norms[i]))));
            }
        }
    }
}
