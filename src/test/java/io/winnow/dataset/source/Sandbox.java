package io.winnow.dataset.source;

import io.winnow.dataset.SourceFiles;
import io.winnow.platform.WinnowProperties;
import io.winnow.testing.Registrations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.util.unit.DataSize;

/** A staging area in a folder of a test, and what lies in it. */
final class Sandbox {

    static final SourceProperties.S3 NO_STORE = new SourceProperties.S3(List.of(), null, "us-east-1", true, null, null);
    static final SourceProperties.Https NO_HOST = new SourceProperties.Https(List.of(), false, Duration.ofSeconds(20));

    /** Small enough for a test to exceed. */
    static final SourceProperties LIMITS =
            new SourceProperties(DataSize.ofMegabytes(10), DataSize.ofMegabytes(64), 20_000, NO_STORE, NO_HOST);

    final UUID dataset = UUID.randomUUID();
    final Staging staging;
    private final Path folder;

    Sandbox(Path folder, Origin... origins) {
        this(folder, LIMITS, origins);
    }

    Sandbox(Path folder, SourceProperties limits, Origin... origins) {
        this.folder = folder;
        this.staging = new Staging(
                new WinnowProperties(
                        folder,
                        WinnowProperties.Role.ALL,
                        folder.resolve("work"),
                        new WinnowProperties.Data(List.of())),
                limits,
                List.of(origins));
    }

    /** Takes an uploaded file in and hands out what was in it. */
    SourceFiles accept(byte[] upload, String format) throws IOException {
        Path file = Files.write(folder.resolve("upload"), upload);
        try {
            staging.accept(dataset, file, format);
        } finally {
            Files.deleteIfExists(file);
        }
        return files("upload:x", format);
    }

    SourceFiles files(String location, String format) throws IOException {
        return staging.files(dataset, Registrations.of("x", format, location), () -> {});
    }

    /** All that lies in the folder, as paths relative to it, without empty folders. */
    List<String> left() {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(path -> !Files.isDirectory(path))
                    .map(path -> folder.relativize(path).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
