package io.winnow.model.torchscript;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What code of an uploaded file may call. Everything that is not named here is refused. */
final class Operators {

    private static final String LIST = "operators.txt";

    private static final Set<String> ALLOWED = read();

    /** Functions of the language itself: casts, annotations and reads of attributes. */
    private static final Set<String> BUILT_IN = Set.of(
            "annotate",
            "bool",
            "float",
            "getattr",
            "int",
            "isinstance",
            "range",
            "str",
            "unchecked_cast",
            "uninitialized");

    private Operators() {}

    /** @param name with its namespace: {@code torch.relu}, {@code ops.prim.RaiseException} */
    static boolean allowed(String name) {
        return ALLOWED.contains(name);
    }

    /** Whether a bare name that is called is a function of the language. */
    static boolean builtIn(String name) {
        return BUILT_IN.contains(name);
    }

    private static Set<String> read() {
        try (InputStream in = Objects.requireNonNull(Operators.class.getResourceAsStream(LIST), LIST);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            return lines.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
