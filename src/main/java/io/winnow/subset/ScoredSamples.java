package io.winnow.subset;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import org.jspecify.annotations.Nullable;

/**
 * What a policy chooses from: the importance of N samples and, where known, their classes. Importance is the score where
 * the method keeps the highest, minus the score where it keeps the lowest. Immutable and safe to share between threads.
 */
public final class ScoredSamples {

    private final float[] scores;
    private final Keeps keeps;
    private final int @Nullable [] labels;
    private final int classes;
    private volatile int @Nullable [] ranking;

    private ScoredSamples(float[] scores, Keeps keeps, int @Nullable [] labels, int classes) {
        this.scores = scores;
        this.keeps = keeps;
        this.labels = labels;
        this.classes = classes;
    }

    /**
     * @param scores [N], finite; kept, not copied
     * @param labels [N] in 0 … classes−1, or null; kept, not copied
     */
    public static ScoredSamples of(float[] scores, Keeps keeps, int @Nullable [] labels, int classes) {
        if (scores.length == 0) {
            throw new IllegalArgumentException("nothing to choose from");
        }
        if (labels != null && labels.length != scores.length) {
            throw new IllegalArgumentException(scores.length + " scores but " + labels.length + " labels");
        }
        return new ScoredSamples(scores, keeps, labels, classes);
    }

    public int size() {
        return scores.length;
    }

    public float score(int i) {
        return scores[i];
    }

    /** The score, or minus the score where the method keeps the lowest. */
    public float importance(int i) {
        return keeps == Keeps.HIGHEST ? scores[i] : -scores[i];
    }

    public boolean hasLabels() {
        return labels != null;
    }

    public int classes() {
        return classes;
    }

    public int label(int i) {
        return requireLabels()[i];
    }

    int[] requireLabels() {
        if (labels == null) {
            throw new IllegalStateException("the classes of the samples are not known");
        }
        return labels;
    }

    /** Samples by class. */
    public int[] classCounts() {
        int[] counts = new int[classes];
        for (int label : requireLabels()) {
            counts[label]++;
        }
        return counts;
    }

    /** All samples by falling importance, ties by smaller index. Sorted at the first call; not to be changed. */
    int[] ranking() {
        int[] known = ranking;
        if (known == null) {
            known = Ranking.of(scores, keeps);
            ranking = known;
        }
        return known;
    }

    /** Keys that are smaller the more important a sample is. */
    SmallestKeys.Keys mostImportantFirst() {
        return i -> (long) Ranking.key(scores[i], keeps) << Integer.SIZE;
    }

    /** Bytes on the heap, the ranking included. */
    long bytes() {
        return scores.length * (labels == null ? 8L : 12L);
    }
}
