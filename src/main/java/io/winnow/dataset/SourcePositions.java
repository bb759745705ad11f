package io.winnow.dataset;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Leads positions among the samples that were kept at the ingest, 0 … M−1, to those in the user's own data, 0 … N−1, of which
 * some were skipped. All that users are told are positions in their data.
 */
public final class SourcePositions {

    /** Nothing was skipped: both positions are the same. */
    public static final SourcePositions ALL = new SourcePositions(new int[0]);

    private final int[] skipped;

    /** [S] how many were kept before each skipped one, which never falls. */
    private final int[] keptBefore;

    private SourcePositions(int[] skipped) {
        this.skipped = skipped;
        this.keptBefore = new int[skipped.length];
        for (int i = 0; i < skipped.length; i++) {
            if (skipped[i] < 0 || i > 0 && skipped[i] <= skipped[i - 1]) {
                throw new IllegalArgumentException("skipped positions must rise");
            }
            keptBefore[i] = skipped[i] - i;
        }
    }

    /** @param skipped positions in the user's data, rising; null for none */
    public static SourcePositions without(int @Nullable [] skipped) {
        return skipped == null || skipped.length == 0 ? ALL : new SourcePositions(skipped.clone());
    }

    /** Whether nothing was skipped. */
    public boolean isAll() {
        return skipped.length == 0;
    }

    public int skippedCount() {
        return skipped.length;
    }

    public int[] skipped() {
        return skipped.clone();
    }

    /** The position in the user's data of a kept sample. */
    public int source(int kept) {
        return kept + skippedUpTo(keptBefore, kept);
    }

    /** The position among the kept samples, or −1 when the sample was skipped. */
    public int kept(int source) {
        int found = Arrays.binarySearch(skipped, source);
        return found >= 0 ? -1 : source - (-found - 1);
    }

    /** How many of the rising values are at most the bound. */
    private static int skippedUpTo(int[] values, int bound) {
        int low = 0;
        int high = values.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (values[middle] <= bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
