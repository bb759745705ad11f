package io.winnow.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON in columns. Independent of how the web reads JSON, and it passes over fields that it does not know: an older process
 * must read what a newer one wrote.
 */
final class StoredJson {

    private static final JsonMapper JSON = new JsonMapper();

    // Equal maps may hold their entries in different orders, some of them in another one in each process.
    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private StoredJson() {}

    static String write(Object value) {
        return JSON.writeValueAsString(value);
    }

    static <T> T read(String json, Class<T> type) {
        return JSON.readValue(json, type);
    }

    /** The same for bodies that say the same, whatever the order of their fields and the space between them. */
    static byte[] digestOfBody(byte @Nullable [] body) {
        return digest(body == null ? Map.of() : JSON.readValue(body, Object.class));
    }

    /** The SHA-256 of the value's JSON: equal for equal values, however they were once written. */
    static byte[] digest(Object value) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(SORTED.writeValueAsString(value).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
