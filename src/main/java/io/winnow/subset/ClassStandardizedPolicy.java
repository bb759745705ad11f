package io.winnow.subset;

import io.winnow.platform.Fraction;

/**
 * Standardises importance within each class, z = (importance − mean of the class) / standard deviation of the class, and
 * keeps the k largest z (Tan et al. 2023, code). The deviation divides by the class size; where it is 0, z is 0.
 */
public record ClassStandardizedPolicy() implements SubsetPolicy {

    static final String ID = "class-standardized";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public boolean needsClasses() {
        return true;
    }

    @Override
    public boolean scoreOnly() {
        return true;
    }

    @Override
    public Selection select(ScoredSamples samples, Fraction ratio, long seed) {
        int n = samples.size();
        double[] z = Standardized.byClass(samples);
        return new Selection(SmallestKeys.select(n, i -> fallingKey(z[i]), ratio.kept(n)));
    }

    /** A long that, read as unsigned, is smaller the larger the value is. */
    private static long fallingKey(double value) {
        long bits = Double.doubleToRawLongBits(value + 0.0);
        return ~(bits ^ ((bits >> 63) | Long.MIN_VALUE));
    }
}
