package io.winnow.platform.web;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The query parameters of a request, each given once and known to the operation. */
public final class StrictQuery {

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,19}");
    private static final Pattern ID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final int LONGEST_QUOTE = 60;

    private final Map<String, String> values;

    private StrictQuery(Map<String, String> values) {
        this.values = values;
    }

    /**
     * @param parameters as the servlet request has them
     * @throws InvalidRequestException naming every parameter that is unknown or given twice
     */
    public static StrictQuery of(Map<String, String[]> parameters, Set<String> known) {
        Collector violations = new Collector();
        Map<String, String> values = new TreeMap<>();
        new TreeMap<>(parameters).forEach((name, given) -> {
            violations.require(known.contains(name), quotable(name), "is not a parameter of this request");
            violations.require(given.length == 1, quotable(name), "is given %d times".formatted(given.length));
            values.put(name, given[0]);
        });
        violations.throwIfAny();
        return new StrictQuery(values);
    }

    public @Nullable String text(String name) {
        return values.get(name);
    }

    /** Those parameters of the names that were given. */
    public Map<String, String> only(Set<String> names) {
        Map<String, String> some = new TreeMap<>(values);
        some.keySet().retainAll(names);
        return some;
    }

    public @Nullable Integer integer(String name, int min) {
        String text = values.get(name);
        if (text == null) {
            return null;
        }
        long value = whole(name, text, "must be a whole number of at least " + min);
        if (value < min || value > Integer.MAX_VALUE) {
            throw new InvalidRequestException(name, "must be a whole number of at least " + min);
        }
        return (int) value;
    }

    public long whole(String name, long otherwise) {
        String text = values.get(name);
        return text == null ? otherwise : whole(name, text, "must be a whole number of at most 64 bits");
    }

    private static long whole(String name, String text, String message) {
        try {
            if (WHOLE.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // more than 64 bits: refused like all that is no whole number
        }
        throw new InvalidRequestException(name, message + "; got '" + quotable(text) + "'");
    }

    public @Nullable UUID id(String name) {
        String text = values.get(name);
        return text == null ? null : id(name, text);
    }

    /** @throws InvalidRequestException unless the text is a UUID in full */
    public static UUID id(String name, String text) {
        if (!ID.matcher(text).matches()) {
            throw new InvalidRequestException(name, "must be a UUID; got '" + quotable(text) + "'");
        }
        return UUID.fromString(text);
    }

    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    private static String quotable(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
