package io.winnow.platform;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/** What a few runs tell. Intervals are two-sided at 95 %, by Student's t. */
public final class Statistics {

    private static final double UPPER = 0.975;

    private Statistics() {}

    public static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** The variance with n − 1. */
    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / (values.length - 1);
    }

    /** The standard deviation with n − 1; null for fewer than two values. */
    public static @Nullable Double std(double[] values) {
        return values.length < 2 ? null : Math.sqrt(variance(values));
    }

    /** Half the width of the interval of the mean, t(n − 1) · s/√n; null for fewer than two values. */
    public static @Nullable Double margin(double[] values) {
        return values.length < 2 ? null : quantile(values.length - 1) * Math.sqrt(variance(values) / values.length);
    }

    /**
     * The difference of two means with Welch's interval: with u = s²/n of each, √(u₁ + u₂) is its standard error and
     * (u₁ + u₂)² / (u₁²/(n₁ − 1) + u₂²/(n₂ − 1)) its degrees of freedom.
     *
     * @param low null where one of them has fewer than two values, as {@code high}
     */
    public record Difference(
            double mean, @Nullable Double low, @Nullable Double high) {

        public static Difference of(double[] a, double[] b) {
            double difference = Statistics.mean(a) - Statistics.mean(b);
            if (a.length < 2 || b.length < 2) {
                return new Difference(difference, null, null);
            }
            double first = variance(a) / a.length;
            double second = variance(b) / b.length;
            double both = first + second;
            double margin = 0;
            if (both > 0) {
                double freedom = both * both / (first * first / (a.length - 1) + second * second / (b.length - 1));
                margin = quantile(freedom) * Math.sqrt(both);
            }
            return new Difference(difference, difference - margin, difference + margin);
        }
    }

    private static double quantile(double freedom) {
        return TDistribution.of(freedom).inverseCumulativeProbability(UPPER);
    }
}
