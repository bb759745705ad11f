package io.winnow.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * Where the processes of the fault tests find their classes. Libraries come first: an archive of their classes, with which a process starts
 * in half the time, holds for a class path that begins with them.
 *
 * @param libraries jars of others
 * @param own the service's classes, in a jar or in folders
 */
record ClassPath(List<String> libraries, List<String> own) {

    private static final Path FOLDER = Path.of("target", "faults").toAbsolutePath();

    /** The test's own class path without the tests. */
    static ClassPath ofClasses() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Map<Boolean, List<String>> paths = Arrays.stream(all.split(File.pathSeparator))
                .filter(path -> !path.endsWith("test-classes"))
                .collect(Collectors.partitioningBy(path -> path.endsWith(".jar")));
        return new ClassPath(paths.get(true), paths.get(false));
    }

    /** What the packed jar holds, unpacked by its own tool. */
    static ClassPath ofJar(Path jar) {
        Path layout = FOLDER.resolve("jar");
        try {
            FileSystemUtils.deleteRecursively(layout);
            Files.createDirectories(FOLDER);
            run(java(), "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", layout.toString());
            try (Stream<Path> libraries = Files.list(layout.resolve("lib"))) {
                return new ClassPath(
                        libraries.map(Path::toString).sorted().toList(),
                        List.of(layout.resolve(jar.getFileName()).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        return Stream.of(
                        libraries.stream(),
                        Stream.ofNullable(System.getenv("WINNOW_FAULTS_SHADOW")),
                        Stream.of(faultyClasses().toString()),
                        own.stream())
                .flatMap(paths -> paths)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Made once for the same libraries; the JVM passes over one that does not fit. */
    Path archive() {
        Path archive = FOLDER.resolve("libraries.jsa");
        Path made = FOLDER.resolve("libraries");
        String all = String.join(File.pathSeparator, libraries);
        try {
            if (!Files.exists(archive)
                    || !Files.exists(made)
                    || !Files.readString(made).equals(all)) {
                run("bash", "bench/faults/archive.sh", all, text(), archive.toString());
                Files.writeString(made, all);
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path faultyClasses() {
        Path target = FOLDER.resolve("classes");
        try (Stream<Path> classes = Files.list(Path.of("target", "test-classes", "io", "winnow"))) {
            Files.createDirectories(target.resolve("io/winnow"));
            for (Path one : classes.filter(path -> path.getFileName().toString().startsWith("FaultyWinnow"))
                    .toList()) {
                Files.copy(
                        one,
                        target.resolve("io/winnow").resolve(one.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static void run(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        try {
            if (builder.start().waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
