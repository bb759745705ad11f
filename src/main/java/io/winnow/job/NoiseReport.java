package io.winnow.job;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import io.winnow.scoring.ScoreSet;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How well each method finds the labels that were spoilt on purpose, when a sample counts as the more suspect the more
 * important it is.
 *
 * @param injected number of spoilt labels
 */
public record NoiseReport(int injected, List<Detection> methods) {

    /**
     * @param auroc probability that a spoilt sample is more important than an untouched one, ties counting half; null when
     *     there are none of one kind
     * @param precision share of spoilt samples among the {@code injected} most important
     */
    public record Detection(
            UUID scoreSet,
            String method,
            int epoch,
            @Nullable Double auroc,
            @Nullable Double precision) {}

    /** How well a score set finds the spoilt samples. */
    static Detection detection(ScoreSet set, float[] scores, BitSet spoilt) {
        return new Detection(
                set.id(),
                set.method(),
                ScoreSetRef.of(set).epoch(),
                auroc(scores, set.keeps(), spoilt),
                precision(scores, set.keeps(), spoilt));
    }

    /** The area under the ROC curve by the rank sum (Mann–Whitney), with mean ranks for ties. */
    public static @Nullable Double auroc(float[] scores, Keeps keeps, BitSet spoilt) {
        int[] ranking = Ranking.of(scores, keeps);
        long positives = spoilt.cardinality();
        long negatives = scores.length - positives;
        if (positives == 0 || negatives == 0) {
            return null;
        }
        double pairs = 0;
        long negativesBefore = 0;
        for (int from = 0; from < ranking.length; ) {
            int to = from;
            long positivesTied = 0;
            while (to < ranking.length && scores[ranking[to]] == scores[ranking[from]]) {
                positivesTied += spoilt.get(ranking[to]) ? 1 : 0;
                to++;
            }
            long negativesTied = to - from - positivesTied;
            pairs += (double) positivesTied * (negatives - negativesBefore - negativesTied)
                    + 0.5 * positivesTied * negativesTied;
            negativesBefore += negativesTied;
            from = to;
        }
        return pairs / ((double) positives * negatives);
    }

    /** The share of spoilt samples among as many of the most important as there are spoilt ones. */
    public static @Nullable Double precision(float[] scores, Keeps keeps, BitSet spoilt) {
        int[] ranking = Ranking.of(scores, keeps);
        int injected = spoilt.cardinality();
        int found = 0;
        for (int i = 0; i < injected; i++) {
            found += spoilt.get(ranking[i]) ? 1 : 0;
        }
        return injected == 0 ? null : (double) found / injected;
    }
}
