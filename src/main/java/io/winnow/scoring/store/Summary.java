package io.winnow.scoring.store;

import io.winnow.scoring.Bins;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import io.winnow.scoring.ScoreSet.Histogram;

/**
 * The statistics of a set's scores, in float64.
 *
 * @param std with N, not N − 1
 */
record Summary(int size, double min, double max, double mean, double std, Histogram histogram) {

    private static final int BINS = 64;

    /**
     * Two readings: the mean first, then the deviations from it. Where all scores are equal, the bins span ½ to either side.
     */
    static Summary of(IntSpool keys, Keeps keeps) {
        double[] minMaxSum = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0};
        keys.forEach((first, chunk, count) -> {
            for (int i = 0; i < count; i++) {
                double score = Ranking.score(chunk[i], keeps);
                minMaxSum[0] = Math.min(minMaxSum[0], score);
                minMaxSum[1] = Math.max(minMaxSum[1], score);
                minMaxSum[2] += score;
            }
        });
        double min = minMaxSum[0];
        double max = minMaxSum[1];
        double mean = minMaxSum[2] / keys.size();
        Bins bins = Bins.over(min, max, BINS);
        double[] squares = {0};
        long[] counts = new long[BINS];
        keys.forEach((first, chunk, count) -> {
            for (int i = 0; i < count; i++) {
                double score = Ranking.score(chunk[i], keeps);
                squares[0] += (score - mean) * (score - mean);
                counts[bins.of(score)]++;
            }
        });
        return new Summary(
                Math.toIntExact(keys.size()),
                min,
                max,
                mean,
                Math.sqrt(squares[0] / keys.size()),
                new Histogram(bins.edges(), counts));
    }
}
