package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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

    @Test
    void bodiesThatSayTheSameHaveOneDigest() {
        byte[] digest = digest("{\"dataset\": \"d\", \"training\": {\"batchSize\": 8, \"momentum\": 0.90}}");
        assertThat(digest("{\"training\":{\"momentum\":0.9,\"batchSize\":8},\n\"dataset\":\"d\"}"))
                .isEqualTo(digest);
        assertThat(digest("{\"training\":{\"momentum\":0.9,\"batchSize\":9},\"dataset\":\"d\"}"))
                .isNotEqualTo(digest);
    }

    private static byte[] digest(String body) {
        return StoredJson.digestOfBody(body.getBytes(StandardCharsets.UTF_8));
    }
}
