package io.winnow.security;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call.
 *
 * @param allowAnonymous whether a process that others can reach may answer without credentials
 * @param openMetrics whether metrics are read without credentials
 * @param hosts names, beside the loopback ones, that callers without credentials may address the service by
 * @param keys API keys by name that hold while the process runs
 * @param rateLimit how often one caller may ask
 */
@ConfigurationProperties("winnow.security")
record SecuritySettings(
        @DefaultValue("false") boolean allowAnonymous,
        @DefaultValue("false") boolean openMetrics,
        @DefaultValue Set<String> hosts,
        @DefaultValue Map<String, StartKey> keys,
        @DefaultValue RateLimit rateLimit) {

    /** The keys that were given: one whose value is empty was not. */
    Map<String, StartKey> givenKeys() {
        Map<String, StartKey> given = new TreeMap<>(keys);
        given.values().removeIf(key -> !isGiven(key.value()) && !isGiven(key.sha256()));
        return given;
    }

    static boolean isGiven(@Nullable String text) {
        return text != null && !text.isBlank();
    }

    /**
     * A key by itself or by its hash. Its text shows nothing of either.
     *
     * @param sha256 of the key's characters, in 64 hexadecimal digits
     */
    record StartKey(
            @Nullable String value,
            @Nullable String sha256,
            @DefaultValue("read") Scope scope) {

        @Override
        public String toString() {
            return "a key with the scope " + scope;
        }
    }

    /**
     * @param perSecond requests in the long run; 0 for no limit; null for the default, which is none on the loopback address
     * @param burst requests at once; null for ten seconds' worth
     */
    record RateLimit(@Nullable Integer perSecond, @Nullable Integer burst) {}
}
