package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import io.winnow.testing.ArchiveFixture;
import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.FuzzTarget;
import io.winnow.testing.Fuzzing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

/** What is brought from outside before any format looks at it. */
public final class IntakeFuzz {

    private static final int MOST_FILES = 100;
    private static final DataSize LARGEST = DataSize.ofMegabytes(16);

    private IntakeFuzz() {}

    /** A zip, tar or tar.gz; the first byte chooses whether a tar is a shard. Nothing may be written but numbered files. */
    public static final class Archive implements FuzzTarget {

        private static final List<Member> MEMBERS = List.of(
                Member.file("train/ant/1.png", "one".getBytes(StandardCharsets.US_ASCII)),
                Member.file("train/bee/2.png", "two".repeat(300).getBytes(StandardCharsets.US_ASCII)));

        private final Path folder = Fuzzing.folder();

        @Override
        public void read(byte[] input) throws IOException {
            Path dataset = folder.resolve("dataset");
            FileSystemUtils.deleteRecursively(dataset);
            Intake intake = new Intake(
                    dataset,
                    new SourceProperties(
                            LARGEST,
                            LARGEST,
                            MOST_FILES,
                            new SourceProperties.S3(List.of(), null, "us-east-1", false, null, null),
                            new SourceProperties.Https(List.of(), false, Duration.ofMinutes(1))),
                    () -> {});
            Path file = intake.scratch();
            int from = Math.min(1, input.length);
            Files.write(file, java.util.Arrays.copyOfRange(input, from, input.length));
            try {
                Archives.take(file, from > 0 && input[0] == 'w' ? "webdataset" : "image-folder", intake);
                intake.finish();
            } finally {
                requireConfined(dataset);
            }
            if (Manifest.read(dataset).isEmpty()) {
                throw new AssertionError("what was taken is not complete");
            }
        }

        private void requireConfined(Path dataset) throws IOException {
            long bytes = 0;
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.filter(path -> !Files.isDirectory(path)).toList()) {
                    String name = dataset.relativize(path).toString();
                    if (!name.matches("files/0/\\d+|incoming|manifest\\.json(\\.part)?")
                            || Files.isSymbolicLink(path)) {
                        throw new AssertionError("written: " + name);
                    }
                    bytes += name.startsWith("files") ? Files.size(path) : 0;
                }
            }
            if (bytes > LARGEST.toBytes()) {
                throw new AssertionError("unpacked to " + bytes);
            }
        }

        @Override
        public List<byte[]> seeds() throws IOException {
            byte[] tar = ArchiveFixture.of("tar", MEMBERS);
            return Stream.of(
                            "-" + text(ArchiveFixture.of("zip", MEMBERS)),
                            "-" + text(tar),
                            "w" + text(tar),
                            "-" + text(ArchiveFixture.of("tar.gz", MEMBERS)))
                    .map(seed -> seed.getBytes(StandardCharsets.ISO_8859_1))
                    .toList();
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** A name that is taken must be that of a file below the folder that it would be put in. */
    public static final class EntryNames implements FuzzTarget {

        private static final Path TOP = Path.of("/top");

        @Override
        public void read(byte[] input) throws BadDataException {
            String name = EntryName.of(new String(input, StandardCharsets.UTF_8));
            Path place;
            try {
                place = TOP.resolve(name);
            } catch (InvalidPathException e) {
                // A machine that knows no Unicode; such a file is refused when it is shown.
                return;
            }
            if (!place.normalize().equals(place) || !place.startsWith(TOP) || place.equals(TOP)) {
                throw new AssertionError("leads elsewhere: " + name);
            }
            if (!EntryName.of(name).equals(name)) {
                throw new AssertionError("has two spellings: " + name);
            }
        }

        @Override
        public List<byte[]> seeds() {
            return Stream.of("a", "./train/ant/1.png", "träin/蟻/1.png", "a b/c-d_e.f/")
                    .map(name -> name.getBytes(StandardCharsets.UTF_8))
                    .toList();
        }
    }

    /** The list of what was brought; what it names must lead to numbered files only. */
    public static final class ManifestFile implements FuzzTarget {

        private final Path folder = Fuzzing.folder();

        @Override
        public void read(byte[] input) throws IOException {
            Files.write(folder.resolve("manifest.json"), input);
            Manifest manifest = Manifest.read(folder).orElseThrow();
            manifest.write(folder);
            if (!Manifest.read(folder).orElseThrow().equals(manifest)) {
                throw new AssertionError("is read in two ways");
            }
        }

        @Override
        public List<byte[]> seeds() {
            return List.of(
                    "{\"files\":[{\"name\":\"train/ant/1.png\",\"size\":3,\"version\":\"\\\"e\\\"\"}],\"version\":\"v\"}"
                            .getBytes(StandardCharsets.UTF_8));
        }
    }
}
