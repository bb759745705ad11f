package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TangentPassTests {

    private static final int CLASSES = 4;
    private static final int[] POSITIONS = {5, 0, 3, 1, 6};

    @BeforeAll
    static void startEngine() {
        NativeEngine.start(2);
    }

    static Stream<Arguments> networks() {
        return Stream.of(
                        Arguments.of("mlp", Map.of("hidden", List.of(24, 16)), 6),
                        Arguments.of("small-cnn", Map.of(), 12),
                        Arguments.of("plain-cnn", Map.of("channels", List.of(8, 16, 24)), 13),
                        Arguments.of("resnet18", Map.of("width", 8), 16),
                        Arguments.of("resnet50", Map.of("width", 4, "stem", "imagenet"), 40),
                        Arguments.of("mobilenet-v2", Map.of("width", 0.35), 16),
                        Arguments.of("vit-tiny", Map.of("dim", 12, "depth", 2), 16))
                .flatMap(a -> Stream.of(1L << 30, tight((String) a.get()[0]))
                        .map(bytes -> Arguments.of(a.get()[0], a.get()[1], a.get()[2], bytes)));
    }

    /** Bytes in which a kernel does not fit at once; the many wide layers of mobilenet-v2 would take minutes in as few as the others'. */
    private static long tight(String architecture) {
        return architecture.equals("mobilenet-v2") ? 4_000_000 : 400_000;
    }

    private static Network network(String architecture, Map<String, Object> options, int side) {
        Network network = new Network(
                new SurrogateSpec(architecture, options, new SampleShape(3, side, side), CLASSES), Device.cpu(), 11);
        GradientFixtures.perturb(network, 5);
        return network;
    }

    private static Samples samples(int side) {
        return new RandomSamples(7, new SampleShape(3, side, side), CLASSES, 3);
    }

    /** ∂z_k(x_i)/∂w by autograd over all parameters, one sample and class a pass, without taps. */
    private static List<float[]> singleGradients(Network network, Samples samples, int[] positions) {
        return singleGradients(network, samples, positions, () -> {});
    }

    private static List<float[]> singleGradients(
            Network network, Samples samples, int[] positions, Runnable afterForward) {
        List<float[]> gradients = new ArrayList<>();
        for (int position : positions) {
            for (int k = 0; k < CLASSES; k++) {
                int index = k;
                try (NDManager manager = network.manager().newSubManager();
                        InputNormalisation normalisation = new InputNormalisation(manager, samples);
                        BatchStream batches = BatchStream.of(samples, position, position + 1, 1)) {
                    NDArray input = normalisation.input(manager, batches.next());
                    NDArray leaf = network.parameters().stopGradient();
                    leaf.attach(manager);
                    leaf.setRequiresGradient(true);
                    NDArray logit = NativeEngine.recorded(
                            () -> network.apply(network.weights().withParameters(leaf), input, false, null)
                                    .get(0, index));
                    afterForward.run();
                    JniUtils.backward((PtNDArray) logit, (PtNDArray) manager.ones(logit.getShape()), false, false);
                    gradients.add(leaf.getGradient().toFloatArray());
                }
            }
        }
        return gradients;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void equalsTheProductsOfSingleGradients(String architecture, Map<String, Object> options, int side, long bytes) {
        try (Network network = network(architecture, options, side)) {
            Samples samples = samples(side);
            List<float[]> gradients = singleGradients(network, samples, POSITIONS);
            TangentKernel kernel = new TangentPass(network, bytes).run(samples, POSITIONS, () -> false);
            assertThat(kernel.side()).isEqualTo(gradients.size());
            for (int r = 0; r < kernel.side(); r++) {
                for (int c = 0; c < kernel.side(); c++) {
                    double lengths = Math.sqrt(SingleSampleGradients.dot(gradients.get(r), gradients.get(r))
                            * SingleSampleGradients.dot(gradients.get(c), gradients.get(c)));
                    assertThat(kernel.values()[r * kernel.side() + c])
                            .isCloseTo(
                                    SingleSampleGradients.dot(gradients.get(r), gradients.get(c)),
                                    within(1e-4 * lengths));
                }
            }
        }
    }

    /** A number that an activation is multiplied with is kept for the backward pass, and must not lie in memory of Java's. */
    @ParameterizedTest
    @MethodSource("recorded")
    void needsNothingThatJavaMayFreeBeforeTheBackwardPass(String architecture, Map<String, Object> options, int side) {
        try (Network network = network(architecture, options, side)) {
            Samples samples = samples(side);
            int[] one = {5};
            List<float[]> first = singleGradients(network, samples, one);
            List<float[]> again = singleGradients(network, samples, one, TangentPassTests::collect);
            for (int k = 0; k < CLASSES; k++) {
                assertThat(again.get(k)).isEqualTo(first.get(k));
            }
        }
    }

    static Stream<Arguments> recorded() {
        return Stream.of(
                Arguments.of("small-cnn", Map.of(), 12),
                Arguments.of("resnet9", Map.of("width", 8), 32),
                Arguments.of("mobilenet-v2", Map.of("width", 0.35), 16),
                Arguments.of("vit-tiny", Map.of("dim", 12, "depth", 2), 16));
    }

    /** Frees what Java does not need any more, and writes other things there. */
    private static void collect() {
        WeakReference<ByteBuffer> unneeded = new WeakReference<>(ByteBuffer.allocateDirect(4));
        while (unneeded.get() != null) {
            System.gc();
        }
        for (int i = 0; i < 2_000; i++) {
            ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putFloat(1e30f);
        }
    }

    @Test
    void ofALinearModelIsTheInputsProducts() {
        try (Network network = network("mlp", Map.of("hidden", List.of()), 5)) {
            Samples samples = samples(5);
            TangentKernel kernel = new TangentPass(network, 1L << 20).run(samples, POSITIONS, () -> false);
            for (int i = 0; i < POSITIONS.length; i++) {
                for (int j = 0; j < POSITIONS.length; j++) {
                    double[] a = io.winnow.scoring.SoftmaxRegression.input(samples, POSITIONS[i]);
                    double[] b = io.winnow.scoring.SoftmaxRegression.input(samples, POSITIONS[j]);
                    double product = 0;
                    double lengths = 0;
                    for (int d = 0; d < a.length; d++) {
                        product += a[d] * b[d];
                        lengths += Math.abs(a[d] * b[d]);
                    }
                    for (int k = 0; k < CLASSES; k++) {
                        for (int l = 0; l < CLASSES; l++) {
                            assertThat(kernel.value(i, k, j, l))
                                    .isCloseTo(k == l ? product : 0, within(1e-5 * lengths));
                        }
                    }
                }
            }
        }
    }

    @Test
    void isSymmetricAndHasNoNegativeSquares() {
        try (Network network = network("small-cnn", Map.of(), 12)) {
            TangentKernel kernel = new TangentPass(network, 1L << 26).run(samples(12), POSITIONS, () -> false);
            int side = kernel.side();
            double trace = 0;
            for (int r = 0; r < side; r++) {
                trace += kernel.values()[r * side + r];
                for (int c = 0; c < r; c++) {
                    assertThat(kernel.values()[r * side + c])
                            .isCloseTo(kernel.values()[c * side + r], within(1e-6 * kernel.values()[r * side + r]));
                }
            }
            assertThat(trace).isPositive();
            Random random = new Random(1);
            for (int draw = 0; draw < 100; draw++) {
                double[] v = random.doubles(side, -1, 1).toArray();
                double form = 0;
                for (int r = 0; r < side; r++) {
                    for (int c = 0; c < side; c++) {
                        form += v[r] * kernel.values()[r * side + c] * v[c];
                    }
                }
                assertThat(form).isGreaterThan(-1e-6 * trace);
            }
        }
    }

    @Test
    void followsTheOrderOfTheSamples() {
        try (Network network = network("small-cnn", Map.of(), 12)) {
            Samples samples = samples(12);
            int[] reversed = {6, 1, 3, 0, 5};
            TangentKernel kernel = new TangentPass(network, 1L << 26).run(samples, POSITIONS, () -> false);
            TangentKernel other = new TangentPass(network, 1L << 26).run(samples, reversed, () -> false);
            int m = POSITIONS.length;
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < m; j++) {
                    double scale = Math.sqrt(kernel.value(i, 0, i, 0) * kernel.value(j, 1, j, 1));
                    assertThat(other.value(m - 1 - i, 0, m - 1 - j, 1))
                            .isCloseTo(kernel.value(i, 0, j, 1), within(1e-5 * scale));
                }
            }
        }
    }

    @Test
    void isTheSameToTheBitEachTime() {
        try (Network network = network("small-cnn", Map.of(), 12)) {
            double[] first = new TangentPass(network, 1L << 26)
                    .run(samples(12), POSITIONS, () -> false)
                    .values();
            double[] second = new TangentPass(network, 1L << 26)
                    .run(samples(12), POSITIONS, () -> false)
                    .values();
            assertThat(second).isEqualTo(first);
        }
    }

    @Test
    void stopsWhenAsked() {
        try (Network network = network("small-cnn", Map.of(), 12)) {
            assertThatThrownBy(() -> new TangentPass(network, 1L << 26).run(samples(12), POSITIONS, () -> true))
                    .isInstanceOf(TrainingStoppedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "small-cnn", "resnet18", "mobilenet-v2", "vit-tiny"})
    void agreesWithPyTorchOnTheSameWeights(String name) throws IOException {
        double[] golden = golden(name);
        try (DjlSurrogate surrogate =
                (DjlSurrogate) new DjlSurrogateEngine(2).initialise(Golden.smallSpec(name), "cpu", 1)) {
            surrogate.weights(Golden.weights(surrogate.network().layout()));
            surrogate.bufferValues(Golden.buffers(surrogate.network().layout()));
            TangentKernel kernel = surrogate.tangentKernel(Golden.samples(), new int[] {0, 1, 2, 3}, () -> false);
            int side = kernel.side();
            assertThat(golden).hasSize(side * side);
            for (int r = 0; r < side; r++) {
                for (int c = 0; c < side; c++) {
                    assertThat(kernel.values()[r * side + c])
                            .isCloseTo(
                                    golden[r * side + c],
                                    within(1e-4 * Math.sqrt(golden[r * side + r] * golden[c * side + c])));
                }
            }
        }
    }

    private static double[] golden(String name) throws IOException {
        try (InputStream in = TangentPassTests.class.getResourceAsStream("/golden/tangent-kernels.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .flatMap(line -> Arrays.stream(line.split(" ")).skip(1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }
    }
}
