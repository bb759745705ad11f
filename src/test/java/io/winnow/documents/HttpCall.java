package io.winnow.documents;

import io.winnow.testing.OpenApiDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A call of the service that a page shows.
 *
 * @param path with its query, if any
 * @param body JSON as it is sent, or null where there is none that can be read
 */
record HttpCall(String method, String path, @Nullable String body) {

    private static final Pattern CURL = Pattern.compile("\\bcurl\\s((?:'[^']*'|\"[^\"]*\"|[^|;)&'\"]+)*+)");
    private static final Pattern ADDRESS = Pattern.compile(
            "(?:https?://)?(?:localhost|127\\.0\\.0\\.1|winnow\\.example\\.com|\\$\\{?\\w*winnow\\w*}?)(?::\\d+)?(/[^\\s'\"]*)");
    private static final Pattern METHOD = Pattern.compile("(?:-X|--request)[ =]?([A-Z]+)");
    private static final Pattern DATA = Pattern.compile("(?:\\s-(?:d|F)\\s|\\s--(?:data|json|form)\\S*\\s)");
    private static final Pattern JSON = Pattern.compile("(?:-d|--data|--json) '(\\{[^']*})'");
    private static final Pattern PYTHON =
            Pattern.compile("\\brequests\\.(get|post|delete)\\(\\s*f?\"[^\"]*?}(/[^\"]*)\"");
    private static final Pattern WRITTEN = Pattern.compile("(GET|POST|DELETE|PUT|PATCH) (/\\S*)");
    private static final Pattern BESIDE = Pattern.compile(
            "/|/(?:actuator/(?:health|info|prometheus)|openapi\\.yaml|swagger-ui|v3/api-docs|ui/)(?:[/.].*)?");
    private static final JsonMapper MAPPER = new JsonMapper();

    /** The calls that a command makes, or that stand in backticks. */
    static Stream<HttpCall> in(String command) {
        List<HttpCall> calls = new ArrayList<>();
        CURL.matcher(command).results().forEach(found -> {
            String arguments = " " + found.group(1);
            Matcher address = ADDRESS.matcher(arguments);
            if (address.find()) {
                Matcher json = JSON.matcher(arguments);
                calls.add(new HttpCall(method(arguments), address.group(1), json.find() ? json.group(1) : null));
            }
        });
        PYTHON.matcher(command)
                .results()
                .forEach(found ->
                        calls.add(new HttpCall(found.group(1).toUpperCase(Locale.ROOT), found.group(2), null)));
        Matcher written = WRITTEN.matcher(command);
        if (written.lookingAt()) {
            calls.add(new HttpCall(written.group(1), written.group(2), null));
        }
        return calls.stream();
    }

    private static String method(String arguments) {
        Matcher said = METHOD.matcher(arguments);
        return said.find() ? said.group(1) : DATA.matcher(arguments).find() ? "POST" : "GET";
    }

    List<String> problems(OpenApiDocument contract) {
        String[] parts = path.split("\\?", 2);
        String plain = parts[0];
        if (BESIDE.matcher(plain).matches() || plain.contains("…")) {
            return List.of();
        }
        List<String> operations = contract.operations().stream()
                .filter(operation -> operation.startsWith(method + " "))
                .filter(operation -> fits(operation.substring(method.length() + 1), plain))
                .toList();
        if (operations.isEmpty()) {
            return List.of("calls %s %s, which openapi.yaml does not have".formatted(method, plain));
        }
        List<String> problems = new ArrayList<>();
        if (parts.length == 2) {
            Set<String> known = operations.stream()
                    .flatMap(operation -> contract.parameters(operation).stream())
                    .map(parameter -> parameter.split(" ")[1])
                    .collect(Collectors.toCollection(TreeSet::new));
            Stream.of(parts[1].split("&"))
                    .map(parameter -> parameter.replaceAll("=.*", ""))
                    .filter(name -> name.matches("\\w+") && !known.contains(name))
                    .forEach(name -> problems.add(
                            "gives %s %s the parameter %s, which it does not take".formatted(method, plain, name)));
        }
        Set<String> fields = operations.stream()
                .flatMap(operation -> contract.bodies(operation).stream())
                .filter(known -> known.place().equals("request"))
                .flatMap(known -> known.fields().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        sent().filter(name -> !fields.contains(name))
                .forEach(name -> problems.add(
                        "sends %s %s the field %s, which it does not take".formatted(method, plain, name)));
        return problems;
    }

    private Stream<String> sent() {
        if (body == null) {
            return Stream.empty();
        }
        try {
            return MAPPER.readTree(body).propertyNames().stream();
        } catch (JacksonException e) {
            // With a part left out, or put in by the shell.
            return Stream.empty();
        }
    }

    private static boolean fits(String template, String path) {
        String[] wanted = template.split("/");
        String[] given = path.split("/");
        if (wanted.length != given.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].equals(given[i]) && !wanted[i].startsWith("{")) {
                return false;
            }
        }
        return true;
    }
}
