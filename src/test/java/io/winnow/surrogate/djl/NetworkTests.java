package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.SurrogateSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkTests {

    private static Network network(String architecture, Map<String, Object> options, int side) {
        SurrogateSpec spec = new SurrogateSpec(architecture, options, new SampleShape(3, side, side), 10);
        return new Network(spec, Device.cpu(), 7);
    }

    @ParameterizedTest
    @MethodSource("io.winnow.surrogate.djl.Golden#names")
    void mapsABatchToLogitsAndForetellsTheirShape(String name) {
        try (Network network = new Network(Golden.smallSpec(name), Device.cpu(), 7);
                NDManager manager = network.manager().newSubManager()) {
            NDArray input = manager.ones(new Shape(2, 3, Golden.SIDE, Golden.SIDE));

            Shape logits = network.apply(network.weights(), input, false, null).getShape();

            assertThat(logits).isEqualTo(new Shape(2, 10));
            assertThat(network.block().outputShape(input.getShape())).isEqualTo(logits);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mlp, 1",
        "small-cnn, 1",
        "plain-cnn, 1",
        "resnet18, 1",
        "resnet50, 1",
        "resnet9, 28",
        "resnet9, 7",
        "resnet9, 1",
        "wide-resnet-28-10, 1",
        "vgg16-bn, 28",
        "vgg16-bn, 33",
        "vgg16-bn, 1",
        "mobilenet-v2, 28",
        "mobilenet-v2, 1"
    })
    void takesPicturesOfAnySize(String architecture, int side) {
        try (Network network = network(architecture, Map.of("width", 1), side);
                NDManager manager = network.manager().newSubManager()) {
            NDArray input = manager.ones(new Shape(2, 3, side, side));

            NDArray logits = network.apply(network.weights(), input, true, null);

            assertThat(logits.getShape()).isEqualTo(new Shape(2, 10));
            assertThat(network.block().outputShape(input.getShape())).isEqualTo(new Shape(2, 10));
            assertThat(Float.isFinite(logits.sum().getFloat())).isTrue();
        }
    }

    @Test
    void refusesWhatATransformerOrAWideNetworkCannotBe() {
        assertThatThrownBy(() -> network("vit-tiny", Map.of("patch", 5), 32).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("patches of 5×5");
        assertThatThrownBy(() -> network("vit-tiny", Map.of("dim", 32), 32).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 heads");
        assertThatThrownBy(() ->
                        network("wide-resnet-28-10", Map.of("depth", 12), 32).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multiple of 6");
    }

    @Test
    void showsEveryLayerWithParametersToTheTape() {
        try (Network network = network("small-cnn", Map.of(), 8);
                NDManager manager = network.manager().newSubManager()) {
            List<String> seen = new ArrayList<>();
            Tape tape = (layer, input, output) -> {
                seen.add(layer.path() + " " + input.getShape().dimension() + "→"
                        + output.getShape().get(1));
                return output;
            };

            network.apply(network.weights(), manager.ones(new Shape(1, 3, 8, 8)), false, tape);

            assertThat(seen)
                    .containsExactly(
                            "conv1 4→32", "bn1 4→32", "conv2 4→64", "bn2 4→64", "conv3 4→128", "bn3 4→128", "fc 2→10");
        }
    }

    @Test
    void goesOnWithWhatTheTapeReturns() {
        try (Network network = network("mlp", Map.of("hidden", List.of(4)), 2);
                NDManager manager = network.manager().newSubManager()) {
            Tape tape = (layer, input, output) -> output.mul(0);

            NDArray logits = network.apply(network.weights(), manager.ones(new Shape(1, 3, 2, 2)), false, tape);

            assertThat(logits.abs().sum().getFloat()).isZero();
        }
    }

    @Test
    void exportsTheWeightsItWasGiven() {
        try (Network network = network("small-cnn", Map.of(), 8)) {
            float[] values = new float[network.layout().parameterCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = i;
            }

            network.parameterValues(values);

            assertThat(network.parameterValues()).isEqualTo(values);
            assertThat(network.weights()
                            .value(network.layout().parameters().get(0).parameter())
                            .toFloatArray())
                    .startsWith(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }
    }
}
