package io.winnow.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.surrogate.SampleShape;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureLimitsTests {

    private static RegisteredModel model(String architecture, Map<String, Object> options) {
        Architecture found = Architectures.find(architecture).orElseThrow();
        return new RegisteredModel(UUID.randomUUID(), "mine", architecture, found.complete(options));
    }

    @ParameterizedTest
    @CsvSource({"4, 32, 32", "7, 28, 28", "1, 32, 32", "8, 16, 24", "32, 1024, 1024"})
    void aTransformerTakesPicturesThatItsPatchesFill(int patch, int height, int width) {
        assertThat(model("vit-tiny", Map.of("patch", patch)).refusal(new SampleShape(3, height, width)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5  | 32   | 32   | patches of 5×5, which don't fill 32×32",
                "4  | 32   | 30   | patches of 4×4, which don't fill 32×30",
                "4  | 1    | 1    | patches of 4×4, which don't fill 1×1",
                "1  | 33   | 32   | 1056 patches of 1×1, at most 1024",
                "32 | 1024 | 1056 | 1056 patches of 32×32, at most 1024"
            })
    void aTransformerRefusesOthersAndSaysWhy(int patch, int height, int width, String reason) {
        assertThat(model("vit-tiny", Map.of("patch", patch)).refusal(new SampleShape(3, height, width)))
                .hasValueSatisfying(refusal -> assertThat(refusal).contains(reason));
    }

    @Test
    void allOthersTakeAnyShape() {
        for (Architecture architecture : Architectures.all()) {
            if (!architecture.name().equals("vit-tiny")) {
                assertThat(model(architecture.name(), Map.of()).refusal(new SampleShape(1, 1, 1)))
                        .isEmpty();
            }
        }
    }
}
