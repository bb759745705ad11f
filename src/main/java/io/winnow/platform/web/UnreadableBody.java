package io.winnow.platform.web;

import io.winnow.platform.InvalidRequestException.Violation;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in the user's terms why a JSON body could not be read: which field, and what would be right. */
final class UnreadableBody {

    private static final String WHOLE_BODY = "body";

    private UnreadableBody() {}

    static Violation explain(HttpMessageNotReadableException e) {
        Throwable cause = e.getMostSpecificCause();
        if (cause instanceof UnrecognizedPropertyException unknown) {
            return new Violation(path(unknown), "is not a known field" + known(unknown.getKnownPropertyIds()));
        }
        if (cause instanceof InvalidFormatException format) {
            return new Violation(path(format), "has an unusable value; expected " + kind(format.getTargetType()));
        }
        if (cause instanceof MismatchedInputException mismatch) {
            return new Violation(path(mismatch), "does not fit; expected " + kind(mismatch.getTargetType()));
        }
        if (cause instanceof StreamReadException syntax) {
            return new Violation(
                    WHOLE_BODY,
                    "is not well-formed JSON at line %d, column %d"
                            .formatted(
                                    syntax.getLocation().getLineNr(),
                                    syntax.getLocation().getColumnNr()));
        }
        if (cause instanceof JacksonException other && !other.getPath().isEmpty()) {
            return new Violation(path(other), "cannot be read");
        }
        return new Violation(WHOLE_BODY, "is missing or cannot be read; send a JSON object");
    }

    /** The place in the body as a user writes it: {@code training.learningRate}, {@code scoreAt[1]}. */
    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        List<JacksonException.Reference> references = e.getPath();
        for (JacksonException.Reference reference : references) {
            if (reference.getPropertyName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
            } else if (reference.getIndex() >= 0) {
                path.append('[').append(reference.getIndex()).append(']');
            }
        }
        return path.isEmpty() ? WHOLE_BODY : path.toString();
    }

    private static String known(Collection<Object> ids) {
        return ids == null || ids.isEmpty()
                ? ""
                : "; known are "
                        + String.join(
                                ", ", ids.stream().map(String::valueOf).sorted().toList());
    }

    private static String kind(Class<?> type) {
        if (type == null) {
            return "another kind of value";
        }
        if (type.isEnum()) {
            return "one of " + List.of(type.getEnumConstants());
        }
        if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "a whole number in range";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return type == boolean.class ? "true or false" : "a number";
        }
        if (type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class || UUID.class == type) {
            return type == String.class ? "a string" : "a UUID";
        }
        return Collection.class.isAssignableFrom(type) || type.isArray() ? "a list" : "an object";
    }
}
