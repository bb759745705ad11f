package io.winnow.platform;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * A fraction in [0, 1] as the user wrote it. Kept as a decimal, so that 0.145 of 100 is 14.5 and not the 14.499… that
 * binary arithmetic makes of it.
 */
public record Fraction(BigDecimal value) implements Comparable<Fraction> {

    public static final Fraction ZERO = new Fraction(BigDecimal.ZERO);
    public static final Fraction ONE = new Fraction(BigDecimal.ONE);

    /** Digits, with a point and more digits if wanted: no sign, no exponent, no blanks, no other alphabet's digits. */
    private static final Pattern PLAIN = Pattern.compile("[0-9]{1,20}(\\.[0-9]{1,40})?");

    public Fraction {
        if (value.signum() < 0 || value.compareTo(BigDecimal.ONE) > 0) {
            throw new IllegalArgumentException("a fraction is between 0 and 1, not " + value);
        }
        value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    /** The fraction that prints as this double: 0.1 is one tenth. */
    public static Fraction of(double value) {
        return new Fraction(BigDecimal.valueOf(value));
    }

    /**
     * Reads a request's parameter.
     *
     * @param field its name, for the error
     * @throws InvalidRequestException unless it is a plain decimal in [0, 1]
     */
    public static Fraction parse(String text, String field) {
        String problem =
                "must be a plain decimal number between 0 and 1, such as 0.3; got '%s'".formatted(quoted(text));
        if (!PLAIN.matcher(text).matches()) {
            throw new InvalidRequestException(field, problem);
        }
        BigDecimal value = new BigDecimal(text);
        if (value.compareTo(BigDecimal.ONE) > 0) {
            throw new InvalidRequestException(field, problem);
        }
        return new Fraction(value);
    }

    /** The same for the fraction kept, which is not zero. */
    public static Fraction parseRatio(String text, String field) {
        Fraction ratio = parse(text, field);
        if (ratio.isZero()) {
            throw new InvalidRequestException(field, "must be above 0: it is the fraction of samples to keep");
        }
        return ratio;
    }

    /** This fraction of n, rounded half up. */
    public int share(int n) {
        return value.multiply(BigDecimal.valueOf(n))
                .setScale(0, RoundingMode.HALF_UP)
                .intValueExact();
    }

    /** k, the number of samples kept of n: this fraction of n, rounded half up, at least 1. */
    public int kept(int n) {
        return Math.max(1, share(n));
    }

    public boolean isZero() {
        return value.signum() == 0;
    }

    public boolean isOne() {
        return value.compareTo(BigDecimal.ONE) == 0;
    }

    public double doubleValue() {
        return value.doubleValue();
    }

    @Override
    public int compareTo(Fraction other) {
        return value.compareTo(other.value);
    }

    /** Without an exponent and without trailing zeros. */
    @Override
    public String toString() {
        return value.toPlainString();
    }

    /** The start of what a user sent, for an error. */
    public static String quoted(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
