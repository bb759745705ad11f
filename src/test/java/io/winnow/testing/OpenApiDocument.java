package io.winnow.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.yaml.snakeyaml.Yaml;

/** An OpenAPI document, read just far enough to compare two of them. */
public final class OpenApiDocument {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete", "head");

    private final Map<String, Object> root;

    private OpenApiDocument(Map<String, Object> root) {
        this.root = root;
    }

    public static OpenApiDocument parse(String yaml) {
        return new OpenApiDocument(new Yaml().load(yaml));
    }

    /** Such as {@code GET /jobs/{id}}. */
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        map(root.get("paths"))
                .forEach((path, item) -> map(item).keySet().stream()
                        .filter(METHODS::contains)
                        .forEach(method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        return operations;
    }

    public String summary(String operation) {
        return String.valueOf(operation(operation).getOrDefault("summary", ""));
    }

    /** The scopes that one of the operation's ways to authenticate takes, by the name of the way. */
    public Map<String, List<String>> security(String operation) {
        Map<String, List<String>> ways = new TreeMap<>();
        for (Object way : list(operation(operation).get("security"))) {
            map(way).forEach((name, scopes) ->
                    ways.put(name, list(scopes).stream().map(String::valueOf).toList()));
        }
        return ways;
    }

    public Set<String> statuses(String operation) {
        return new TreeSet<>(map(operation(operation).get("responses")).keySet());
    }

    /** Such as {@code query ratio required}. */
    public Set<String> parameters(String operation) {
        Set<String> parameters = new TreeSet<>();
        for (Object item : list(operation(operation).get("parameters"))) {
            Map<String, Object> parameter = resolve(item);
            boolean required = Boolean.TRUE.equals(parameter.get("required"));
            parameters.add(parameter.get("in") + " " + parameter.get("name") + (required ? " required" : " optional"));
        }
        return parameters;
    }

    /** The JSON request body and the successful JSON answers whose fields the document tells. */
    public List<Body> bodies(String operation) {
        List<Body> bodies = new ArrayList<>();
        for (String place : List.of("request", "200", "201", "202")) {
            Set<String> fields = new TreeSet<>();
            collect(schemaAt(operation, place), "", fields, new HashSet<>());
            if (!fields.isEmpty()) {
                bodies.add(new Body(place, fields));
            }
        }
        return bodies;
    }

    /** The fields that this document has at a place, left out those below an object that the other leaves open. */
    public Set<String> fieldsAt(String operation, String place, Set<String> known) {
        Set<String> fields = new TreeSet<>();
        collect(schemaAt(operation, place), "", fields, new HashSet<>());
        fields.removeIf(field -> {
            int dot = field.lastIndexOf('.');
            if (known.contains(field) || dot < 0) {
                return false;
            }
            String parent = field.substring(0, dot + 1);
            return known.stream().noneMatch(other -> other.startsWith(parent));
        });
        return fields;
    }

    private Map<String, Object> schemaAt(String operation, String place) {
        Map<String, Object> holder = place.equals("request")
                ? resolve(operation(operation).get("requestBody"))
                : resolve(map(operation(operation).get("responses")).get(place));
        Map<String, Object> content = map(holder.get("content"));
        Object media = content.containsKey("application/json")
                ? content.get("application/json")
                : content.containsKey("*/*") ? content.get("*/*") : null;
        return media == null ? Map.of() : resolve(map(media).get("schema"));
    }

    private void collect(Map<String, Object> schema, String prefix, Set<String> fields, Set<Object> seen) {
        for (Object part : list(schema.get("allOf"))) {
            collect(resolve(part), prefix, fields, seen);
        }
        for (String choice : List.of("oneOf", "anyOf")) {
            for (Object part : list(schema.get(choice))) {
                collect(resolve(part), prefix, fields, seen);
            }
        }
        if (schema.containsKey("items")) {
            collect(resolve(schema.get("items")), prefix, fields, seen);
        }
        if (!seen.add(schema.get("properties"))) {
            return;
        }
        map(schema.get("properties")).forEach((name, property) -> {
            fields.add(prefix + name);
            collect(resolve(property), prefix + name + ".", fields, new HashSet<>(seen));
        });
    }

    private Map<String, Object> operation(String operation) {
        String[] parts = operation.split(" ", 2);
        return map(map(map(root.get("paths")).get(parts[1])).get(parts[0].toLowerCase(Locale.ROOT)));
    }

    private Map<String, Object> resolve(Object node) {
        Map<String, Object> map = map(node);
        Object reference = map.get("$ref");
        if (reference == null) {
            return map;
        }
        Object target = root;
        for (String part : reference.toString().substring(2).split("/")) {
            target = map(target).get(part);
        }
        return resolve(target);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }

    private static List<?> list(Object node) {
        return node == null ? List.of() : (List<?>) node;
    }

    /**
     * @param place {@code request} or a status
     * @param fields dotted paths of all fields
     */
    public record Body(String place, Set<String> fields) {}
}
