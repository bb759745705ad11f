package io.winnow.evaluation;

import io.winnow.platform.Fraction;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One set of samples to train on.
 *
 * @param scoreSet null for random samples and for all
 * @param method of the score set; null likewise
 * @param place of the score set in the request; 0 likewise
 * @param policy its name; {@code random} and {@code full} are in every evaluation
 * @param parameters of the policy as they were given, as texts
 * @param ratio kept
 * @param size number of samples
 */
record Point(
        @Nullable UUID scoreSet,
        @Nullable String method,
        int place,
        String policy,
        Map<String, String> parameters,
        BigDecimal ratio,
        int size) {

    static final String RANDOM = "random";
    static final String FULL = "full";

    Point {
        parameters = Map.copyOf(parameters);
    }

    Fraction fraction() {
        return new Fraction(ratio);
    }

    /** What its seeds derive from: no identifier, so that the same request on scores made anew gives the same seeds. */
    String key() {
        return "%d|%s|%s|%s".formatted(place, policy, new TreeMap<>(parameters), fraction());
    }

    /** All but the ratio: points that agree in it lie on one line of the plot. */
    Line line() {
        return new Line(scoreSet, method, policy, parameters);
    }

    /** A score set with a policy. */
    record Line(@Nullable UUID scoreSet, @Nullable String method, String policy, Map<String, String> parameters) {

        /** For people: {@code el2n, calibrated alpha=0.5}. */
        String label() {
            StringBuilder label = new StringBuilder(method == null ? "" : method + ", ").append(policy);
            new TreeMap<>(parameters)
                    .forEach((name, value) ->
                            label.append(' ').append(name).append('=').append(value));
            return label.toString();
        }
    }
}
