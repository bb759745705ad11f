package io.winnow.scoring.store;

/**
 * The scores of some samples over runs, averaged in float64 in the order of the runs.
 *
 * @param mean [samples]
 * @param spread [samples] standard deviation with n − 1, zeros for one run
 */
record Averages(float[] mean, float[] spread) {

    /**
     * @param runs [runs][samples]
     */
    static Averages of(float[][] runs) {
        int samples = runs[0].length;
        float[] means = new float[samples];
        float[] spread = new float[samples];
        for (int i = 0; i < samples; i++) {
            double mean = mean(runs, i, 0, 1);
            double squares = 0;
            for (float[] run : runs) {
                squares += (run[i] - mean) * (run[i] - mean);
            }
            means[i] = (float) mean;
            spread[i] = runs.length < 2 ? 0 : (float) Math.sqrt(squares / (runs.length - 1));
        }
        return new Averages(means, spread);
    }

    /** The mean of a sample's scores over the runs {@code first}, {@code first + step}, … */
    static double mean(float[][] runs, int sample, int first, int step) {
        double sum = 0;
        int count = 0;
        for (int run = first; run < runs.length; run += step) {
            sum += runs[run][sample];
            count++;
        }
        return sum / count;
    }
}
