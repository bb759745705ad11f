package io.winnow.subset;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The samples that a policy keeps.
 *
 * @param indices [k] ascending and distinct
 * @param weights [k] by position in {@code indices}, or null where all weigh the same
 */
public record Selection(int[] indices, double @Nullable [] weights) {

    public Selection(int[] indices) {
        this(indices, null);
    }

    public int size() {
        return indices.length;
    }

    /** Kept samples by class. */
    public int[] classCounts(ScoredSamples samples) {
        int[] labels = samples.requireLabels();
        int[] counts = new int[samples.classes()];
        for (int i : indices) {
            counts[labels[i]]++;
        }
        return counts;
    }

    /** The same samples and weights, the most important first; ties by smaller index. */
    Selection byImportance(ScoredSamples samples) {
        BitSet kept = new BitSet(samples.size());
        for (int i : indices) {
            kept.set(i);
        }
        int[] ordered = new int[indices.length];
        int filled = 0;
        for (int i : samples.ranking()) {
            if (kept.get(i)) {
                ordered[filled++] = i;
            }
        }
        if (weights == null) {
            return new Selection(ordered);
        }
        double[] moved = new double[ordered.length];
        for (int p = 0; p < ordered.length; p++) {
            moved[p] = weights[Arrays.binarySearch(indices, ordered[p])];
        }
        return new Selection(ordered, moved);
    }

    /** Bytes on the heap. */
    long bytes() {
        return indices.length * (weights == null ? 4L : 12L);
    }
}
