package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.SurrogateSpec;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TappedPassTests {

    private static final int SAMPLES = 5;
    private static final int CLASSES = 7;

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
                        Arguments.of("resnet50", Map.of("width", 4), 16),
                        Arguments.of("resnet50", Map.of("width", 4, "stem", "imagenet"), 40),
                        Arguments.of("resnet9", Map.of("width", 8), 15),
                        Arguments.of("wide-resnet-28-10", Map.of("depth", 16, "width", 2), 12),
                        Arguments.of("vgg16-bn", Map.of("width", 4), 28),
                        Arguments.of("mobilenet-v2", Map.of("width", 0.35), 16),
                        Arguments.of("mobilenet-v2", Map.of("width", 0.1, "stem", "imagenet"), 40),
                        Arguments.of("vit-tiny", Map.of("dim", 12, "depth", 2), 16),
                        Arguments.of("vit-tiny", Map.of("dim", 12, "depth", 2, "pooling", "mean"), 8),
                        Arguments.of("vit-tiny", Map.of("dim", 8, "depth", 1, "heads", 1, "patch", 1), 6))
                .flatMap(a -> Stream.of(1L << 30, 20_000L)
                        .map(bytes -> Arguments.of(a.get()[0], a.get()[1], a.get()[2], bytes)));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void equalsTheGradientsOfSingleSamples(String architecture, Map<String, Object> options, int side, long bytes) {
        SurrogateSpec spec = new SurrogateSpec(architecture, options, new SampleShape(3, side, side), CLASSES);
        try (Network network = new Network(spec, Device.cpu(), 11)) {
            GradientFixtures.perturb(network, 5);
            Random random = new Random(3);
            float[] pictures = GradientFixtures.gaussian(random, SAMPLES * 3 * side * side, 1);
            int[] labels = random.ints(SAMPLES, 0, CLASSES).toArray();
            float[] direction =
                    GradientFixtures.gaussian(random, network.layout().parameterCount(), 0.1f);
            List<float[]> expected = SingleSampleGradients.of(network, pictures, new Shape(3, side, side), labels);

            float[] out;
            try (NDManager manager = network.manager().newSubManager()) {
                NDArray input = manager.create(pictures, new Shape(SAMPLES, 3, side, side));
                out = new TappedPass(
                                network,
                                manager,
                                GradientScope.ALL,
                                manager.create(direction),
                                GradientScratch.of(bytes, false))
                        .run(input, manager.create(labels).toType(ai.djl.ndarray.types.DataType.INT64, false))
                        .toFloatArray();
            }

            double length = Math.sqrt(SingleSampleGradients.dot(direction, direction));
            for (int i = 0; i < SAMPLES; i++) {
                double squared = SingleSampleGradients.dot(expected.get(i), expected.get(i));
                double dot = SingleSampleGradients.dot(expected.get(i), direction);
                assertThat(out[SAMPLES * CLASSES + i] / squared).isCloseTo(1, within(1e-4));
                assertThat(out[SAMPLES * (CLASSES + 1) + i]).isCloseTo((float) dot, within((float)
                        (1e-4 * Math.abs(dot) + 1e-6 * Math.sqrt(squared) * length)));
            }
        }
    }
}
