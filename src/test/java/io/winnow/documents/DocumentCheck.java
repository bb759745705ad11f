package io.winnow.documents;

import io.winnow.testing.OpenApiDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a page promises that is not so: each check gives a sentence for each such promise. */
final class DocumentCheck {

    private static final Pattern PATH = Pattern.compile("(?:\\./)?[\\w.@-][\\w.@*-]*(?:/[\\w.@*-]+)+/?");
    private static final Pattern SOURCE = Pattern.compile(".*/.*\\.(?:md|java|py|sh|sql|xml|yaml|yml)");
    private static final Pattern TYPE = Pattern.compile("io\\.winnow(?:\\.\\w+)+(?:\\.\\*)?");
    private static final Pattern TEST = Pattern.compile("[A-Z]\\w*Tests");
    private static final Pattern PROFILES = Pattern.compile("(?<=\\s)-P\\s?([\\w!,-]+)");
    private static final Pattern TESTS = Pattern.compile("-Dtest=(?:'([^']*)'|\"([^\"]*)\"|(\\S+))");
    private static final Pattern PYTHON = Pattern.compile("\\bpython3? (?:-\\w+ )*([\\w./-]+\\.py)\\b");
    private static final Pattern PROPERTY =
            Pattern.compile("(?<![\\w./@-])winnow((?:\\.(?:[a-z][a-z0-9-]*|<\\w+>))+)(?![\\w(])");
    private static final Pattern NO_PROPERTY =
            Pattern.compile("winnow\\.(?:jar|env|json|py|git|tgz|(?:example|internal)(?:\\.[a-z]+)*)");
    private static final Pattern VARIABLE = Pattern.compile("\\bWINNOW_[A-Z0-9_]+\\b");

    private final Repository repository = new Repository();
    private final KnownProperties properties = new KnownProperties();
    private final OpenApiDocument contract = OpenApiDocument.parse(Document.read(Path.of("openapi.yaml")));

    List<String> all(Document document) {
        return Stream.of(links(document), paths(document), commands(document), operations(document), settings(document))
                .flatMap(List::stream)
                .toList();
    }

    /** Relative links lead to a file, and to a heading in it. */
    List<String> links(Document document) {
        return problems(document, problem -> {
            for (String link : document.links()) {
                if (link.matches("[a-z]+:.*")) {
                    continue;
                }
                String[] parts = link.split("#", 2);
                boolean own = parts[0].isEmpty();
                Path target = own
                        ? document.path()
                        : document.path().resolveSibling(parts[0]).normalize();
                if (!own && !Files.exists(target)) {
                    problem.accept("links to %s, which is not there".formatted(link));
                } else if (parts.length == 2 && target.toString().endsWith(".md")) {
                    Document page = own ? document : Document.of(target.toString(), Document.read(target));
                    if (!page.anchors().contains(parts[1])) {
                        problem.accept("links to %s, where no heading has that anchor".formatted(link));
                    }
                }
            }
        });
    }

    /** Files, packages and tests that stand in backticks are there. */
    List<String> paths(Document document) {
        return problems(
                document,
                problem -> document.spans().forEach(span -> {
                    String path = span.replaceAll("^\\./", "");
                    if (PATH.matcher(span).matches()
                            && (repository.isFromTheRoot(path)
                                    || SOURCE.matcher(path).matches())) {
                        boolean beside = Files.exists(document.path().resolveSibling(path));
                        if (!repository.has(path) && !beside) {
                            problem.accept("names the file %s, which is not there".formatted(span));
                        }
                    } else if (TYPE.matcher(span).matches() && !repository.hasType(span)) {
                        problem.accept("names %s, which is not there".formatted(span));
                    } else if (TEST.matcher(span).matches() && !repository.hasTest(span)) {
                        problem.accept("names the test %s, which is not there".formatted(span));
                    }
                }));
    }

    /** Profiles, tests and files of commands are there. */
    List<String> commands(Document document) {
        return problems(
                document,
                problem -> document.commands().forEach(command -> {
                    if (command.matches(".*\\bmvnw?\\b.*")) {
                        PROFILES.matcher(command)
                                .results()
                                .flatMap(found -> Stream.of(found.group(1).split(",")))
                                .filter(profile -> !repository.hasProfile(profile))
                                .forEach(profile ->
                                        problem.accept("runs the profile %s, which no pom has".formatted(profile)));
                        Matcher tests = TESTS.matcher(command);
                        while (tests.find()) {
                            String patterns = Stream.of(tests.group(1), tests.group(2), tests.group(3))
                                    .filter(group -> group != null)
                                    .findFirst()
                                    .orElseThrow();
                            Stream.of(patterns.split(","))
                                    .filter(pattern -> !repository.hasTest(pattern))
                                    .forEach(pattern ->
                                            problem.accept("runs the test %s, which is not there".formatted(pattern)));
                        }
                    }
                    PYTHON.matcher(command)
                            .results()
                            .map(found -> found.group(1))
                            .filter(script -> !repository.has(script) && !repository.has("examples/python/" + script))
                            .forEach(script -> problem.accept("runs %s, which is not there".formatted(script)));
                    for (String token : command.contains(" ") ? command.split("[\\s'\"=]+") : new String[0]) {
                        String path = token.replaceAll("^\\./", "").replaceAll("[,.;:)]+$", "");
                        if (PATH.matcher(path).matches() && repository.isFromTheRoot(path) && !repository.has(path)) {
                            problem.accept("has a command on %s, which is not there".formatted(path));
                        }
                    }
                    if (command.startsWith("./mvnw") && !repository.has("mvnw")) {
                        problem.accept("runs ./mvnw, which is not there");
                    }
                }));
    }

    /** Operations of curl, of Python and in backticks are in the contract, with the parameters and fields that they are given. */
    List<String> operations(Document document) {
        return problems(
                document,
                problem -> document.commands()
                        .flatMap(HttpCall::in)
                        .forEach(call -> call.problems(contract).forEach(problem)));
    }

    /** Settings, as properties and as variables of the environment, exist. */
    List<String> settings(Document document) {
        return problems(
                document,
                problem -> document.commands().forEach(code -> {
                    PROPERTY.matcher(code)
                            .results()
                            .map(found -> found.group())
                            .filter(name -> !NO_PROPERTY.matcher(name).matches() && !properties.has(name))
                            .forEach(
                                    name -> problem.accept("names the setting %s, which is not there".formatted(name)));
                    VARIABLE.matcher(code)
                            .results()
                            .map(found -> found.group())
                            .filter(name -> !properties.hasVariable(name) && !repository.hasVariable(name))
                            .forEach(name ->
                                    problem.accept("names the variable %s, which nothing reads".formatted(name)));
                }));
    }

    private static List<String> problems(Document document, Consumer<Consumer<String>> check) {
        List<String> problems = new ArrayList<>();
        check.accept(problem -> problems.add(document.path() + " " + problem));
        return problems.stream().distinct().toList();
    }
}
