package io.winnow.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is in the repository that pages name. */
final class Repository {

    private static final List<Path> JAVA =
            List.of(Path.of("src/main/java"), Path.of("src/test/java"), Path.of("bench/src/main/java"));
    private static final Pattern PROFILE = Pattern.compile("<profile>.*?<id>([^<]+)</id>", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("WINNOW_[A-Z0-9_]+");

    /** What commands make, so that it need not be there: built, written by a measurement, or kept out of the repository. */
    private static final Set<String> MADE = Set.of("target", "deploy/secrets", "docs/correlations.md", "winnow.env");

    private final Set<String> tops;
    private final Set<String> testClasses;
    private final Set<String> profiles;
    private final Set<String> variables;

    Repository() {
        tops = names(Path.of(""), 1).map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
        testClasses = names(Path.of("src/test/java"), 20)
                .map(path -> path.getFileName().toString())
                .filter(name -> name.endsWith(".java"))
                .map(name -> name.replace(".java", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        profiles = Stream.of("pom.xml", "bench/pom.xml")
                .flatMap(pom -> PROFILE.matcher(Document.read(Path.of(pom))).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        variables = Stream.of(
                        Stream.of(Path.of("docker-compose.yml"), Path.of("src/main/resources/application.yaml")),
                        names(Path.of("src/test/java"), 20),
                        names(Path.of("tools"), 5))
                .flatMap(files -> files)
                .filter(file -> file.toString().matches(".*\\.(java|py|sh|yml|yaml)"))
                .filter(file -> !file.startsWith("src/test/java/io/winnow/documents"))
                .flatMap(file -> VARIABLE.matcher(Document.read(file)).results())
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Path> names(Path folder, int depth) {
        try (Stream<Path> walk = Files.walk(folder, depth)) {
            return walk.filter(path -> !path.toString().isEmpty()).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a path is written from the root: its first part is there. Of samples a second, {@code samples/s}, it is none. */
    boolean isFromTheRoot(String path) {
        return path.contains("/") && !path.equals("samples/s") && tops.contains(path.substring(0, path.indexOf('/')));
    }

    /** Whether there is such a file or folder, {@code *} standing for what it stands for in a shell. */
    boolean has(String path) {
        String plain = path.replaceAll("/+$", "");
        if (MADE.stream().anyMatch(made -> plain.equals(made) || plain.startsWith(made + "/"))) {
            return true;
        }
        if (!plain.contains("*")) {
            return Files.exists(Path.of(plain));
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + plain);
        Path folder =
                Path.of(plain.substring(0, plain.indexOf('*'))).resolve("x").getParent();
        return folder != null && Files.isDirectory(folder) && names(folder, 4).anyMatch(matcher::matches);
    }

    /** Whether there is a package, or a type, of that full name; a member's name may follow. */
    boolean hasType(String name) {
        String path = name.replaceAll("[#(].*", "").replaceAll("\\.\\*$", "").replace('.', '/');
        String owner = path.replaceAll("/[a-z]\\w*$", "").replaceAll("(/[A-Z]\\w*)/.*", "$1");
        return JAVA.stream()
                .anyMatch(root -> Files.isDirectory(root.resolve(path))
                        || Files.exists(root.resolve(path + ".java"))
                        || !owner.equals(path) && Files.exists(root.resolve(owner + ".java")));
    }

    /** @param pattern as {@code -Dtest} takes it: a class or a pattern, without or with its package, with methods or not */
    boolean hasTest(String pattern) {
        String type = pattern.replaceAll("#.*", "").replaceAll("^!", "");
        if (type.contains(".")) {
            return hasType(type);
        }
        String regex = type.replace("*", "\\w*").replace("?", "\\w");
        return testClasses.stream().anyMatch(name -> name.matches(regex));
    }

    boolean hasProfile(String profile) {
        return profiles.contains(profile.replaceAll("^!", ""));
    }

    boolean hasVariable(String variable) {
        return variables.contains(variable);
    }
}
