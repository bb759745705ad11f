package io.winnow.subset;

/** Importance standardised within each class. */
final class Standardized {

    private Standardized() {}

    /** [N] (importance − mean) / standard deviation over the sample's class; 0 where the class does not vary. */
    static double[] byClass(ScoredSamples samples) {
        int[] counts = samples.classCounts();
        double[] means = new double[counts.length];
        for (int i = 0; i < samples.size(); i++) {
            means[samples.label(i)] += samples.importance(i);
        }
        for (int c = 0; c < counts.length; c++) {
            means[c] /= counts[c];
        }
        double[] deviations = new double[counts.length];
        for (int i = 0; i < samples.size(); i++) {
            double off = samples.importance(i) - means[samples.label(i)];
            deviations[samples.label(i)] += off * off;
        }
        for (int c = 0; c < counts.length; c++) {
            deviations[c] = Math.sqrt(deviations[c] / counts[c]);
        }
        double[] z = new double[samples.size()];
        for (int i = 0; i < z.length; i++) {
            int c = samples.label(i);
            double off = samples.importance(i) - means[c];
            z[i] = deviations[c] > negligible(means[c]) ? off / deviations[c] : 0;
        }
        return z;
    }

    /** What rounding alone makes of the deviation of equal values. */
    private static double negligible(double mean) {
        return 1e-12 * Math.abs(mean);
    }
}
