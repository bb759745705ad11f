package io.winnow.testing;

import io.winnow.dataset.BadDataException;
import io.winnow.model.torchscript.RefusedScriptException;
import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.FileSystemUtils;

/**
 * What a fuzzer calls: see {@code bench/fuzz/parsers.sh}. An input may be refused by one of the exceptions that users are told
 * of, in words that show nothing of the inside. Whatever else is thrown is a finding.
 */
public final class Fuzzing {

    /** A full class name, a frame of a stack, or the place of this process's files. */
    private static final Pattern INSIDE = Pattern.compile(
            "\\b(javax?|jdk|sun|io\\.winnow|org\\.(apache|springframework|xerial)|com\\.(sun|github|twelvemonkeys)"
                    + "|tools\\.jackson)\\.[\\w.]+|\\w+(Exception|Error)\\b|\\.java:\\d+|winnow-fuzz-");

    private static FuzzTarget target;

    private Fuzzing() {}

    /**
     * Called by the fuzzer once, with the label of the target. Reads its seeds already: the classes that they need are instrumented as
     * they are loaded, which for some takes longer than any input may.
     */
    public static void fuzzerInitialize(String[] arguments) throws Exception {
        silence();
        target = all().stream()
                .filter(candidate -> candidate.label().equals(arguments[0]))
                .findFirst()
                .orElseThrow();
        for (byte[] seed : target.seeds()) {
            accepts(target, seed);
        }
    }

    /** Called by the fuzzer with each input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        accepts(target, input);
    }

    /** Whether an input is read without a complaint. */
    public static boolean accepts(FuzzTarget target, byte[] input) throws Exception {
        try {
            target.read(input);
            return true;
        } catch (BadDataException | InvalidRequestException | RefusedScriptException e) {
            requirePlain(String.valueOf(e.getMessage()), input);
            return false;
        }
    }

    /** What an input says, a message may quote, without what stands between its letters there. */
    private static void requirePlain(String message, byte[] input) {
        Matcher inside = INSIDE.matcher(message);
        while (inside.find()) {
            if (!letters(new String(input, StandardCharsets.ISO_8859_1)).contains(letters(inside.group()))) {
                throw new AssertionError("a message shows the inside: " + message);
            }
        }
    }

    private static String letters(String text) {
        return text.replaceAll("[^A-Za-z0-9]", "");
    }

    public static List<FuzzTarget> all() {
        return ServiceLoader.load(FuzzTarget.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** A folder for the files of one target, that goes with the process. */
    public static Path folder() {
        try {
            Path folder = Files.createTempDirectory("winnow-fuzz-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(folder.toFile())));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void silence() {
        LoggingSystem.get(Fuzzing.class.getClassLoader()).setLogLevel("ROOT", LogLevel.OFF);
    }

    /** Writes the seeds of each target to a folder of its label below a folder, and prints the labels. */
    public static void main(String[] arguments) throws Exception {
        silence();
        for (FuzzTarget each : all()) {
            Path folder = Files.createDirectories(Path.of(arguments[0]).resolve(each.label()));
            List<byte[]> seeds = each.seeds();
            for (int i = 0; i < seeds.size(); i++) {
                Files.write(folder.resolve("seed-" + i), seeds.get(i));
            }
            System.out.println(each.label());
        }
    }
}
