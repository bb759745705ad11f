package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.Convolution.Geometry;
import io.winnow.surrogate.djl.GradientMatrices.Form;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the definition, summed in double precision term by term. */
class GradientOfConvolutionTests {

    static Stream<Arguments> draws() {
        return LongStream.range(0, 60)
                .boxed()
                .flatMap(seed -> Stream.of((Form) null, Form.DIRECT, Form.GRAM)
                        .flatMap(form -> Stream.of(1L << 28, 3_000L).map(bytes -> Arguments.of(seed, form, bytes))));
    }

    @ParameterizedTest
    @MethodSource("draws")
    void agreesWithTheDefinitionForAnyShapeFormAndBound(long seed, Form form, long bytes) {
        Random random = new Random(seed);
        Case drawn = Case.draw(random);
        double[] norms = new double[drawn.samples];
        double[] dots = new double[drawn.samples];
        double[] lengths = new double[drawn.samples];
        drawn.define(norms, dots, lengths);

        float[] actualNorms;
        float[] actualDots;
        try (NDManager manager = NativeEngine.newManager(Device.cpu())) {
            // Channels-last pictures as the networks have them, or plain ones.
            NDArray x = manager.create(drawn.x, new Shape(drawn.samples, drawn.h, drawn.w, drawn.g.in()))
                    .transpose(0, 3, 1, 2);
            NDArray b = manager.create(drawn.b, new Shape(drawn.samples, drawn.outH, drawn.outW, drawn.g.out()))
                    .transpose(0, 3, 1, 2);
            if (random.nextBoolean()) {
                x = x.mul(1).reshape(x.getShape());
            }
            int k = drawn.g.kernel();
            NDArray v = manager.create(drawn.v, new Shape(drawn.g.out(), k, k, drawn.g.in() / drawn.g.groups()));
            NDArray biasV = drawn.g.biased() ? manager.create(drawn.biasV) : null;
            NDArray scale = drawn.scale == null ? null : manager.create(drawn.scale);
            GradientSums sums = GradientSums.zeros(manager, drawn.samples, true);
            new GradientOfConvolution(drawn.g, scale, v, biasV, GradientScratch.of(bytes, false), form).add(x, b, sums);
            actualNorms = sums.squaredNorms().toFloatArray();
            actualDots = sums.dots().toFloatArray();
        }

        for (int i = 0; i < drawn.samples; i++) {
            assertThat((double) actualNorms[i]).isCloseTo(norms[i], within(2e-5 * norms[i]));
            assertThat((double) actualDots[i])
                    .isCloseTo(dots[i], within(1e-5 * Math.abs(dots[i]) + 2e-6 * lengths[i] * Math.sqrt(norms[i])));
        }
    }

    /** One drawn convolution with its inputs. */
    private record Case(
            Geometry g,
            int samples,
            int h,
            int w,
            int outH,
            int outW,
            float[] x,
            float[] b,
            float[] v,
            float[] biasV,
            float[] scale) {

        static Case draw(Random random) {
            while (true) {
                int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
                boolean many = groups == 1 && random.nextBoolean();
                int in = many ? 16 + random.nextInt(4) : groups * (1 + random.nextInt(5));
                int out = groups * (1 + random.nextInt(6));
                Geometry g = new Geometry(
                        in,
                        out,
                        1 + random.nextInt(4),
                        1 + random.nextInt(3),
                        random.nextInt(3),
                        1 + random.nextInt(2),
                        groups,
                        random.nextBoolean());
                int h = 1 + random.nextInt(9);
                int w = 1 + random.nextInt(9);
                int outH = (int) g.outputSide(h);
                int outW = (int) g.outputSide(w);
                int reach = g.dilation() * (g.kernel() - 1) + 1;
                if (h + 2 * g.padding() < reach || w + 2 * g.padding() < reach) {
                    continue;
                }
                int n = 1 + random.nextInt(6);
                return new Case(
                        g,
                        n,
                        h,
                        w,
                        outH,
                        outW,
                        GradientFixtures.gaussian(random, n * h * w * in, 1),
                        GradientFixtures.gaussian(random, n * outH * outW * out, 1),
                        GradientFixtures.gaussian(random, out * g.kernel() * g.kernel() * in / groups, 1),
                        GradientFixtures.gaussian(random, out, 1),
                        random.nextBoolean() ? GradientFixtures.gaussian(random, out, 1) : null);
            }
        }

        void define(double[] norms, double[] dots, double[] lengths) {
            int k = g.kernel();
            int in = g.in() / g.groups();
            int outOfGroup = g.out() / g.groups();
            Arrays.fill(lengths, Math.sqrt(SingleSampleGradients.dot(v, v) + SingleSampleGradients.dot(biasV, biasV)));
            for (int i = 0; i < samples; i++) {
                for (int o = 0; o < g.out(); o++) {
                    double factor = scale == null ? 1 : scale[o];
                    for (int e = 0; e < k * k * in; e++) {
                        int ky = e / in / k;
                        int kx = e / in % k;
                        int c = o / outOfGroup * in + e % in;
                        double gradient = 0;
                        for (int y = 0; y < outH; y++) {
                            for (int z = 0; z < outW; z++) {
                                int fromY = y * g.stride() + ky * g.dilation() - g.padding();
                                int fromX = z * g.stride() + kx * g.dilation() - g.padding();
                                if (fromY >= 0 && fromY < h && fromX >= 0 && fromX < w) {
                                    gradient += factor * x[((i * h + fromY) * w + fromX) * g.in() + c] * b(i, y, z, o);
                                }
                            }
                        }
                        norms[i] += gradient * gradient;
                        dots[i] += gradient * v[o * k * k * in + e];
                    }
                    if (g.biased()) {
                        double gradient = 0;
                        for (int y = 0; y < outH; y++) {
                            for (int z = 0; z < outW; z++) {
                                gradient += factor * b(i, y, z, o);
                            }
                        }
                        norms[i] += gradient * gradient;
                        dots[i] += gradient * biasV[o];
                    }
                }
            }
        }

        private double b(int i, int y, int z, int o) {
            return b[((i * outH + y) * outW + z) * g.out() + o];
        }
    }
}
