package io.winnow.platform;

import java.util.ArrayList;
import java.util.List;

/** A request asks for something that cannot be, in one or more named fields; answered with 400. */
public class InvalidRequestException extends RuntimeException {

    private final List<Violation> violations;

    public InvalidRequestException(List<Violation> violations) {
        super(violations.get(0).field() + ": " + violations.get(0).message());
        this.violations = List.copyOf(violations);
    }

    public InvalidRequestException(String field, String message) {
        this(List.of(new Violation(field, message)));
    }

    public List<Violation> violations() {
        return violations;
    }

    /**
     * What is wrong with one field and what would be right.
     *
     * @param field its name in the request, with dots and brackets for nested ones: {@code training.learningRate}
     */
    public record Violation(String field, String message) {}

    /** Collects all violations of a request, to report them at once. */
    public static final class Collector {

        private final List<Violation> violations = new ArrayList<>();

        /** Notes a violation unless the condition holds. */
        public Collector require(boolean condition, String field, String message) {
            if (!condition) {
                violations.add(new Violation(field, message));
            }
            return this;
        }

        public boolean isEmpty() {
            return violations.isEmpty();
        }

        /** Throws what was collected, if anything was. */
        public void throwIfAny() {
            if (!violations.isEmpty()) {
                throw new InvalidRequestException(violations);
            }
        }
    }
}
