package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredJsonTests {

    private record Request(String name, Map<String, String> parameters) {}

    @Test
    void equalValuesHaveOneDigestWhateverTheOrderOfTheirMaps() {
        Map<String, String> one = new LinkedHashMap<>();
        one.put("alpha", "0.2");
        one.put("calibration", "exact");
        Map<String, String> other = new LinkedHashMap<>();
        other.put("calibration", "exact");
        other.put("alpha", "0.2");

        assertThat(StoredJson.digest(new Request("a", other))).isEqualTo(StoredJson.digest(new Request("a", one)));
    }

    @Test
    void anotherValueHasAnotherDigest() {
        assertThat(StoredJson.digest(new Request("a", Map.of("alpha", "0.2"))))
                .isNotEqualTo(StoredJson.digest(new Request("a", Map.of("alpha", "0.3"))));
    }
}
