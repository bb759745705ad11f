package io.winnow.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;
import org.yaml.snakeyaml.Yaml;

/** The settings {@code winnow.…} that there are, in {@code application.yaml} and in the types that they are bound to. */
final class KnownProperties {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(winnow\\.[\\w.-]+)");
    private static final Pattern LITERAL = Pattern.compile("\"(winnow(?:\\.[a-z][a-z0-9-]*)+)\"");

    /** With {@code *} where any name stands. */
    private final Set<String> names = new TreeSet<>();

    /** Meters, caches, attributes of spans: what the code calls by such a name and is no setting. What is observed has one more. */
    private final Set<String> others = new TreeSet<>();

    KnownProperties() {
        for (String file : List.of("application.yaml", "application-demo.yaml")) {
            Map<String, Object> root = new Yaml().load(Document.read(Path.of("src/main/resources", file)));
            flatten("", root);
        }
        bound();
        fromSources();
    }

    @SuppressWarnings("unchecked")
    private void flatten(String prefix, Map<String, Object> node) {
        node.forEach((key, value) -> {
            if (value instanceof Map) {
                flatten(prefix + key + ".", (Map<String, Object>) value);
            } else {
                names.add(prefix + key);
            }
        });
    }

    private void bound() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        scanner.findCandidateComponents("io.winnow").forEach(found -> {
            Class<?> type = ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()), null);
            components(type.getAnnotation(ConfigurationProperties.class).value(), type);
        });
    }

    private void components(String prefix, Class<?> type) {
        if (!type.isRecord()) {
            throw new IllegalStateException(type + " is no record: its settings are not known");
        }
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + kebab(component.getName());
            names.add(name);
            Class<?> bound = component.getType();
            if (bound.isRecord()) {
                components(name, bound);
            } else if (Map.class.isAssignableFrom(bound)) {
                Type value = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[1];
                names.add(name + ".*");
                if (value instanceof Class<?> each && each.isRecord()) {
                    components(name + ".*", each);
                }
            }
        }
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private void fromSources() {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            sources.filter(path -> path.toString().endsWith(".java"))
                    .map(Document::read)
                    .forEach(source -> {
                        PLACEHOLDER.matcher(source).results().forEach(found -> names.add(found.group(1)));
                        LITERAL.matcher(source).results().forEach(found -> others.add(found.group(1)));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is a setting, a group of settings, or a meter or the like of that name; {@code <name>} stands for any name. */
    boolean has(String written) {
        String[] parts = written.split("\\.");
        return others.contains(written.replaceAll("\\.active$", ""))
                || names.stream().anyMatch(name -> begins(name.split("\\."), parts));
    }

    private static boolean begins(String[] name, String[] parts) {
        if (parts.length > name.length) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            if (!name[i].equals("*") && !name[i].equals(parts[i]) && !parts[i].startsWith("<")) {
                return false;
            }
        }
        return true;
    }

    /** Whether a setting is given by that variable of the environment. */
    boolean hasVariable(String variable) {
        return names.stream()
                .flatMap(name -> Stream.of(name.replace("-", ""), name.replace('-', '_')))
                .map(name -> name.toUpperCase(Locale.ROOT).replace('.', '_').replace("*", "[A-Z0-9]+"))
                .anyMatch(variable::matches);
    }
}
