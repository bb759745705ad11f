package io.winnow.job;

import io.winnow.platform.InvalidRequestException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the fields of a JSON object one by one and notes everything that is wrong with them, by name, where data binding
 * would stop at the first. A field that is wrong reads as its default, so that the reading can go on.
 */
public final class JsonFields {

    /** More than any list of a job needs; what occurs twice is looked for element by element. */
    private static final int MOST_ELEMENTS = 1_000;

    private final @Nullable JsonNode object;
    private final String prefix;
    private final InvalidRequestException.Collector violations;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * @param node the object, or null when it was left out
     * @param name what the object is called in the request, empty for the whole body
     */
    JsonFields(@Nullable JsonNode node, String name, InvalidRequestException.Collector violations) {
        boolean isObject = node != null && node.isObject();
        violations.require(node == null || isObject, name.isEmpty() ? "body" : name, "must be a JSON object");
        this.object = isObject ? node : null;
        this.prefix = name.isEmpty() ? "" : name + ".";
        this.violations = violations;
    }

    /** Whether the field was given; null counts as left out. */
    public boolean has(String field) {
        return value(field) != null;
    }

    /** Notes a violation of a field of this object unless the condition holds. */
    public void require(boolean condition, String field, String message) {
        violations.require(condition, prefix + field, message);
    }

    public String requiredText(String field) {
        require(has(field), field, "is required");
        return text(field, "");
    }

    public String text(String field, String fallback) {
        JsonNode value = value(field);
        if (value == null) {
            return fallback;
        }
        require(value.isString() && !value.stringValue().isBlank(), field, "must be a string that is not blank");
        return value.isString() ? value.stringValue() : fallback;
    }

    public String oneOf(String field, String fallback, Collection<String> choices) {
        String text = text(field, fallback);
        if (choices.contains(text)) {
            return text;
        }
        JsonNode value = value(field);
        require(
                value != null && (!value.isString() || value.stringValue().isBlank()),
                field,
                "must be one of " + String.join(", ", choices));
        return fallback;
    }

    public int integer(String field, int fallback, int smallest, int largest) {
        JsonNode value = value(field);
        return value == null ? fallback : integer(value, field, fallback, smallest, largest);
    }

    public long wholeNumber(String field, long fallback) {
        JsonNode value = value(field);
        if (value == null) {
            return fallback;
        }
        boolean fits = value.isIntegralNumber() && value.canConvertToLong();
        require(fits, field, "must be a whole number of 64 bits");
        return fits ? value.longValue() : fallback;
    }

    /**
     * @param right what holds for a right value; not asked for one that is not finite
     * @param rule the same in words: {@code must be …}
     */
    public double decimal(String field, double fallback, DoublePredicate right, String rule) {
        JsonNode value = value(field);
        if (value == null) {
            return fallback;
        }
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        boolean fits = Double.isFinite(number) && right.test(number);
        require(fits, field, rule);
        return fits ? number : fallback;
    }

    public boolean flag(String field, boolean fallback) {
        JsonNode value = value(field);
        if (value == null) {
            return fallback;
        }
        require(value.isBoolean(), field, "must be true or false");
        return value.isBoolean() ? value.booleanValue() : fallback;
    }

    /** A list of whole numbers; wrong elements are noted and left out. */
    public List<Integer> integers(String field, int smallest, int largest) {
        List<Integer> numbers = new ArrayList<>();
        List<JsonNode> elements = elements(field);
        for (int i = 0; i < elements.size(); i++) {
            int number = integer(elements.get(i), field + "[" + i + "]", smallest - 1, smallest, largest);
            if (number >= smallest) {
                require(!numbers.contains(number), field + "[" + i + "]", "occurs twice");
                numbers.add(number);
            }
        }
        return numbers;
    }

    /** A list of distinct positions of samples, which may be long; the first that is wrong is noted. */
    public int[] positions(String field, int most) {
        JsonNode value = value(field);
        boolean fits = value != null && value.isArray() && !value.isEmpty() && value.size() <= most;
        require(fits, field, "must be a list of 1 to %d elements".formatted(most));
        int[] positions = new int[fits ? value.size() : 0];
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < positions.length; i++) {
            JsonNode element = value.get(i);
            boolean whole = element.isIntegralNumber() && element.canConvertToInt() && element.intValue() >= 0;
            String place = field + "[" + i + "]";
            require(whole, place, "must be a whole number of at least 0");
            positions[i] = whole ? element.intValue() : 0;
            boolean first = !whole || seen.add(positions[i]);
            require(first, place, "occurs twice");
            if (!whole || !first) {
                break;
            }
        }
        return positions;
    }

    /** An object whose values are strings; what is none is noted and left out. */
    public Map<String, String> textMap(String field) {
        Map<String, String> texts = new TreeMap<>();
        JsonNode value = value(field);
        boolean fits = value != null && value.isObject() && !value.isEmpty() && value.size() <= MOST_ELEMENTS;
        require(fits, field, "must be an object with 1 to %d fields".formatted(MOST_ELEMENTS));
        if (fits) {
            value.properties().forEach(property -> {
                require(property.getValue().isString(), field + "." + property.getKey(), "must be a string");
                if (property.getValue().isString()) {
                    texts.put(property.getKey(), property.getValue().stringValue());
                }
            });
        }
        return texts;
    }

    /** A list of objects. */
    public List<JsonFields> objects(String field) {
        List<JsonNode> elements = elements(field);
        return IntStream.range(0, elements.size())
                .mapToObj(i -> new JsonFields(elements.get(i), prefix + field + "[" + i + "]", violations))
                .toList();
    }

    /** A list of numbers, as they were written. */
    public List<BigDecimal> decimals(String field) {
        List<BigDecimal> numbers = new ArrayList<>();
        List<JsonNode> elements = elements(field);
        for (int i = 0; i < elements.size(); i++) {
            JsonNode element = elements.get(i);
            boolean number = element.isNumber() && Double.isFinite(element.doubleValue());
            require(number, field + "[" + i + "]", "must be a number");
            numbers.add(number ? element.decimalValue() : BigDecimal.ONE);
        }
        return numbers;
    }

    /** All other fields than those that were asked for, as texts: numbers as written, strings, true and false. */
    public Map<String, String> others() {
        Map<String, String> texts = new LinkedHashMap<>();
        if (object != null) {
            object.properties().stream()
                    .filter(property -> !known.contains(property.getKey()))
                    .forEach(property -> {
                        JsonNode value = property.getValue();
                        boolean plain = value.isString() || value.isNumber() || value.isBoolean();
                        require(plain, property.getKey(), "must be a number, a string, true or false");
                        texts.put(property.getKey(), plain ? plainText(value) : "");
                    });
            texts.keySet().forEach(known::add);
        }
        return texts;
    }

    private static String plainText(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.doubleValue())
                ? value.decimalValue().toPlainString()
                : value.asString();
    }

    /** What the object is called in the request, with a dot, for violations of its fields. */
    public String prefix() {
        return prefix;
    }

    /** A list of strings; an element that is none is noted and reads as empty, so that places stay. */
    public List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        List<JsonNode> elements = elements(field);
        for (int i = 0; i < elements.size(); i++) {
            JsonNode element = elements.get(i);
            require(element.isString(), field + "[" + i + "]", "must be a string");
            String text = element.isString() ? element.stringValue() : "";
            require(text.isEmpty() || !texts.contains(text), field + "[" + i + "]", "occurs twice");
            texts.add(text);
        }
        return texts;
    }

    public JsonFields object(String field) {
        return new JsonFields(value(field), prefix + field, violations);
    }

    /** Notes every field that was not asked for. */
    public void refuseOthers() {
        if (object != null) {
            object.properties().stream()
                    .filter(property -> !known.contains(property.getKey()))
                    .forEach(property -> require(
                            false, property.getKey(), "is not a known field; known are " + String.join(", ", known)));
        }
    }

    private List<JsonNode> elements(String field) {
        JsonNode value = value(field);
        if (value == null) {
            return List.of();
        }
        boolean fits = value.isArray() && !value.isEmpty() && value.size() <= MOST_ELEMENTS;
        require(fits, field, "must be a list of 1 to %d elements".formatted(MOST_ELEMENTS));
        return fits ? List.copyOf(value.values()) : List.of();
    }

    private int integer(JsonNode value, String field, int fallback, int smallest, int largest) {
        boolean fits = value.isIntegralNumber()
                && value.canConvertToInt()
                && value.intValue() >= smallest
                && value.intValue() <= largest;
        require(fits, field, "must be a whole number between %d and %d".formatted(smallest, largest));
        return fits ? value.intValue() : fallback;
    }

    private @Nullable JsonNode value(String field) {
        known.add(field);
        JsonNode value = object == null ? null : object.get(field);
        return value == null || value.isNull() ? null : value;
    }
}
