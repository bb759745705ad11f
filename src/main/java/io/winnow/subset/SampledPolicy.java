package io.winnow.subset;

import io.winnow.platform.Fraction;
import java.util.Map;

/**
 * Draws k samples one after the other without replacement, each with probability proportional to importance − smallest
 * importance (Tan et al. 2023, code). Sample i gets the key −ln(u_i) / w_i with u_i uniform, and the k smallest keys are kept,
 * which is the same distribution (Efraimidis and Spirakis 2006). Samples of weight zero come last, in random order; where
 * all are equal the draw is uniform. Nested for one seed.
 *
 * @param standardized whether importance is standardised within each class first
 */
public record SampledPolicy(boolean standardized) implements SubsetPolicy {

    static final String ID = "sampled";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Map<String, Object> parameters(Fraction ratio) {
        return Map.of("standardized", standardized);
    }

    @Override
    public boolean needsClasses() {
        return standardized;
    }

    @Override
    public boolean seeded() {
        return true;
    }

    @Override
    public Selection select(ScoredSamples samples, Fraction ratio, long seed) {
        int n = samples.size();
        double[] weights = standardized ? Standardized.byClass(samples) : importance(samples);
        double smallest = Double.POSITIVE_INFINITY;
        for (double weight : weights) {
            smallest = Math.min(smallest, weight);
        }
        RandomKeys random = RandomKeys.of(seed, ID);
        long[] keys = new long[n];
        for (int i = 0; i < n; i++) {
            double weight = weights[i] - smallest;
            keys[i] = weight > 0 ? drawn(random.unit(i), weight) : last(random.at(i));
        }
        return new Selection(SmallestKeys.select(n, i -> keys[i], ratio.kept(n)));
    }

    private static double[] importance(ScoredSamples samples) {
        double[] importance = new double[samples.size()];
        for (int i = 0; i < importance.length; i++) {
            importance[i] = samples.importance(i);
        }
        return importance;
    }

    /** Positive doubles sort as their bits. StrictMath, since Math.log may differ between machines. */
    private static long drawn(double u, double weight) {
        return Double.doubleToRawLongBits(-StrictMath.log(u) / weight);
    }

    /** After all positive doubles. */
    private static long last(long random) {
        return Long.MIN_VALUE | (random >>> 1);
    }
}
