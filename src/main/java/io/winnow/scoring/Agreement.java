package io.winnow.scoring;

import java.util.BitSet;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How far two ways to score the same samples agree. */
public final class Agreement {

    private Agreement() {}

    /**
     * Pearson's correlation, in float64.
     *
     * @return in [−1, 1], or null when one of the two is constant
     */
    public static @Nullable Double pearson(float[] a, float[] b) {
        int n = sameLength(a.length, b.length);
        double meanA = 0;
        double meanB = 0;
        for (int i = 0; i < n; i++) {
            meanA += a[i];
            meanB += b[i];
        }
        meanA /= n;
        meanB /= n;
        double covariance = 0;
        double varianceA = 0;
        double varianceB = 0;
        for (int i = 0; i < n; i++) {
            double da = a[i] - meanA;
            double db = b[i] - meanB;
            covariance += da * db;
            varianceA += da * da;
            varianceB += db * db;
        }
        return correlation(covariance, varianceA, varianceB);
    }

    /**
     * Spearman's rank correlation: Pearson's of the ranks, where equal scores share the mean of their ranks.
     *
     * @return in [−1, 1], or null when one of the two is constant
     */
    public static @Nullable Double spearman(float[] a, float[] b) {
        double[] ranksA = ranks(a);
        double[] ranksB = ranks(b);
        return spearman(sameLength(a.length, b.length), sample -> ranksA[sample], sample -> ranksB[sample]);
    }

    /**
     * Spearman's rank correlation of n samples whose ranks are known.
     *
     * @param rankA of a sample, in 0 … n − 1, where equal scores share the mean of their ranks; asked once for each sample,
     *     in their order
     * @param rankB likewise
     * @return in [−1, 1], or null when one of the two is constant
     */
    public static @Nullable Double spearman(int n, IntToDoubleFunction rankA, IntToDoubleFunction rankB) {
        double mean = (n - 1) / 2.0;
        double covariance = 0;
        double varianceA = 0;
        double varianceB = 0;
        for (int sample = 0; sample < n; sample++) {
            double da = rankA.applyAsDouble(sample) - mean;
            double db = rankB.applyAsDouble(sample) - mean;
            covariance += da * db;
            varianceA += da * da;
            varianceB += db * db;
        }
        return correlation(covariance, varianceA, varianceB);
    }

    /**
     * The share of the first k samples of one ranking that are among the first k of the other.
     *
     * @param k at least 1
     * @return in [0, 1]
     */
    public static double overlap(int[] rankingA, int[] rankingB, int k) {
        BitSet kept = new BitSet();
        for (int i = 0; i < k; i++) {
            kept.set(rankingA[i]);
        }
        int both = 0;
        for (int i = 0; i < k; i++) {
            if (kept.get(rankingB[i])) {
                both++;
            }
        }
        return (double) both / k;
    }

    private static double[] ranks(float[] scores) {
        int[] order = Ranking.of(scores, Keeps.LOWEST);
        double[] ranks = new double[scores.length];
        for (int from = 0; from < order.length; ) {
            int to = from + 1;
            while (to < order.length && scores[order[to]] == scores[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + to - 1) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    private static @Nullable Double correlation(double covariance, double varianceA, double varianceB) {
        if (varianceA == 0 || varianceB == 0) {
            return null;
        }
        return Math.max(-1, Math.min(1, covariance / Math.sqrt(varianceA * varianceB)));
    }

    private static int sameLength(int a, int b) {
        if (a != b) {
            throw new IllegalArgumentException("%d scores cannot be compared with %d".formatted(a, b));
        }
        return a;
    }
}
