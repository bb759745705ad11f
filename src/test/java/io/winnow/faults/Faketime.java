package io.winnow.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Debian's libfaketime, where it is installed ({@code apt-get install faketime}). */
final class Faketime {

    private Faketime() {}

    /**
     * What a process's environment must say for its wall clock to be off. Its monotonic clock is as it was, and so are the waits
     * that go by it: with the library's fix for those every timed wait of the JVM would end at once, and be begun anew.
     */
    static Map<String, String> environment(String off) {
        return environment("FAKETIME", off);
    }

    /** As above, with a clock that is off by what the file says, also when it says something else: a second later at most. */
    static Map<String, String> jumping(Path file) {
        return environment("FAKETIME_TIMESTAMP_FILE", file.toString());
    }

    private static Map<String, String> environment(String what, String value) {
        return Map.of(
                "LD_PRELOAD",
                library(),
                what,
                value,
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    /** The library to preload; without it the test is skipped and says so. */
    private static String library() {
        return Stream.of("x86_64-linux-gnu", "aarch64-linux-gnu")
                .map(platform -> Path.of("/usr/lib", platform, "faketime", "libfaketimeMT.so.1"))
                .filter(Files::exists)
                .findFirst()
                .map(Path::toString)
                .orElseGet(() -> {
                    Assumptions.abort("libfaketime is not installed: apt-get install faketime");
                    return "";
                });
    }
}
