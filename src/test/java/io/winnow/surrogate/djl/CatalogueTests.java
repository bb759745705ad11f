package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.model.Architecture;
import io.winnow.model.Architectures;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.SurrogateSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the catalogue offers is what the engine builds, under the same names and with the same defaults. */
class CatalogueTests {

    static Stream<Architecture> catalogue() {
        return Architectures.all().stream();
    }

    private static long parameters(String architecture, Map<String, Object> options) {
        SurrogateSpec spec = new SurrogateSpec(architecture, options, new SampleShape(3, 32, 32), 10);
        ParameterLayout layout = new ParameterLayout();
        Networks.build(spec, layout);
        return layout.parameterCount();
    }

    @ParameterizedTest
    @MethodSource("catalogue")
    void buildsEveryArchitectureWithTheDefaultsThatTheEngineHas(Architecture architecture) {
        assertThat(parameters(architecture.name(), architecture.complete(null)))
                .isEqualTo(parameters(architecture.name(), Map.of()))
                .isPositive();
    }

    @Test
    void takesEveryOptionIntoAccount() {
        assertThat(parameters("mlp", Map.of("hidden", List.of()))).isEqualTo(3072 * 10 + 10);
        assertThat(parameters("mlp", Map.of("hidden", List.of(4, 3)))).isEqualTo(3073 * 4 + 5 * 3 + 4 * 10);
        assertThat(parameters("plain-cnn", Map.of("channels", List.of(2)))).isEqualTo(3 * 9 * 2 + 2 + 3 * 10);
        assertThat(parameters("resnet9", Map.of("width", 32))).isLessThan(parameters("resnet9", Map.of()));
        assertThat(parameters("vgg16-bn", Map.of("width", 32))).isLessThan(parameters("vgg16-bn", Map.of()));
        // Zagoruyko & Komodakis 2016, table 3: 0.6 and 8.9 million.
        assertThat(parameters("wide-resnet-28-10", Map.of("depth", 40, "width", 1)))
                .isBetween(560_000L, 600_000L);
        assertThat(parameters("wide-resnet-28-10", Map.of("depth", 40, "width", 4)))
                .isBetween(8_900_000L, 9_000_000L);
        assertThat(parameters("mobilenet-v2", Map.of("width", 0.5))).isLessThan(parameters("mobilenet-v2", Map.of()));
        Map<String, Object> linear = Map.of("patch", 32, "dim", 8, "depth", 1, "heads", 8, "pooling", "mean");
        assertThat(parameters("vit-tiny", linear))
                .isEqualTo(8 + (3072 + 1) * 8 + (4 * 8 + 3 * 64 + 24 + 64 + 8 + 256 + 32 + 256 + 8) + 16 + 90);
        assertThat(parameters("resnet18", Map.of("width", 8))).isLessThan(parameters("resnet18", Map.of("width", 16)));
        assertThat(parameters("resnet50", Map.of("width", 8, "stem", "imagenet")))
                .isGreaterThan(parameters("resnet50", Map.of("width", 8, "stem", "cifar")));
    }
}
