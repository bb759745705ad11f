package io.winnow.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Debian's libfaketime, where it is installed ({@code apt-get install faketime}). */
final class Faketime {

    private Faketime() {}

    /** The library to preload; without it the test is skipped and says so. */
    static String library() {
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
