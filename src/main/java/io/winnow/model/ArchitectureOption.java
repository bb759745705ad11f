package io.winnow.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An option of an architecture: what it means, what it may be and what it is when nothing is said. */
public sealed interface ArchitectureOption {

    String name();

    String description();

    Object defaultValue();

    /** Whether a value as JSON gives it is of the right type and in range. */
    boolean accepts(@Nullable Object value);

    /** What would be right, to follow "must be". */
    String expected();

    /**
     * A whole number.
     *
     * @param step from one possible value to the next, beginning at the least
     */
    record WholeNumber(String name, String description, int defaultNumber, int least, int most, int step)
            implements ArchitectureOption {

        WholeNumber(String name, String description, int defaultNumber, int least, int most) {
            this(name, description, defaultNumber, least, most, 1);
        }

        @Override
        public Object defaultValue() {
            return defaultNumber;
        }

        @Override
        public boolean accepts(@Nullable Object value) {
            return value instanceof Integer number && number >= least && number <= most && (number - least) % step == 0;
        }

        @Override
        public String expected() {
            return step == 1
                    ? "a whole number from %d to %d".formatted(least, most)
                    : "a whole number from %d to %d in steps of %d".formatted(least, most, step);
        }
    }

    /** A number, whole or not. */
    record RealNumber(String name, String description, double defaultNumber, double least, double most)
            implements ArchitectureOption {

        @Override
        public Object defaultValue() {
            return defaultNumber;
        }

        @Override
        public boolean accepts(@Nullable Object value) {
            return value instanceof Number number && number.doubleValue() >= least && number.doubleValue() <= most;
        }

        @Override
        public String expected() {
            return "a number from %s to %s".formatted(least, most);
        }
    }

    /** A list of whole numbers, each in the same range. */
    record WholeNumbers(
            String name, String description, List<Integer> defaultNumbers, int fewest, int longest, int least, int most)
            implements ArchitectureOption {

        @Override
        public Object defaultValue() {
            return defaultNumbers;
        }

        @Override
        public boolean accepts(@Nullable Object value) {
            return value instanceof List<?> list
                    && list.size() >= fewest
                    && list.size() <= longest
                    && list.stream().allMatch(item -> item instanceof Integer n && n >= least && n <= most);
        }

        @Override
        public String expected() {
            return "a list of %d to %d whole numbers from %d to %d".formatted(fewest, longest, least, most);
        }
    }

    /** One of several words. */
    record Choice(String name, String description, String defaultChoice, List<String> choices)
            implements ArchitectureOption {

        @Override
        public Object defaultValue() {
            return defaultChoice;
        }

        @Override
        public boolean accepts(@Nullable Object value) {
            return value instanceof String word && choices.contains(word);
        }

        @Override
        public String expected() {
            return "one of " + String.join(", ", choices);
        }
    }
}
