package io.winnow.subset;

import java.util.Arrays;

/**
 * Finds the k samples with the smallest keys, ties by smaller index, without sorting: histograms over 16 bits of the key at
 * a time narrow the k-th smallest key down in at most four passes.
 */
final class SmallestKeys {

    private static final int BITS = 16;
    private static final int BUCKETS = 1 << BITS;

    private SmallestKeys() {}

    /** A key for every sample, compared as an unsigned number. */
    @FunctionalInterface
    interface Keys {
        long at(int i);
    }

    /**
     * Where the k smallest end.
     *
     * @param key the k-th smallest key
     * @param ties how many of the samples with exactly that key are among the k
     */
    record Threshold(long key, int ties) {}

    /** The indices, ascending, of the k samples with the smallest keys among 0 … n−1. */
    static int[] select(int n, Keys keys, int k) {
        int[] selected = new int[k];
        if (k == 0) {
            return selected;
        }
        Threshold threshold = threshold(n, keys, k);
        long last = threshold.key() ^ Long.MIN_VALUE;
        int ties = threshold.ties();
        int filled = 0;
        for (int i = 0; i < n && filled < k; i++) {
            long key = keys.at(i) ^ Long.MIN_VALUE;
            if (key < last) {
                selected[filled++] = i;
            } else if (key == last && ties > 0) {
                ties--;
                selected[filled++] = i;
            }
        }
        return selected;
    }

    /** Needs 1 ≤ k ≤ n. */
    static Threshold threshold(int n, Keys keys, int k) {
        int wanted = k;
        long prefix = 0;
        int[] counts = new int[BUCKETS];
        for (int shift = Long.SIZE - BITS; ; shift -= BITS) {
            count(n, keys, prefix, shift, counts);
            int bucket = 0;
            while (counts[bucket] < wanted) {
                wanted -= counts[bucket++];
            }
            prefix |= (long) bucket << shift;
            if (shift == 0) {
                return new Threshold(prefix, wanted);
            }
            Arrays.fill(counts, 0);
        }
    }

    private static void count(int n, Keys keys, long prefix, int shift, int[] counts) {
        if (shift == Long.SIZE - BITS) {
            for (int i = 0; i < n; i++) {
                counts[(int) (keys.at(i) >>> shift)]++;
            }
            return;
        }
        long fixed = prefix >>> (shift + BITS);
        for (int i = 0; i < n; i++) {
            long key = keys.at(i);
            if (key >>> (shift + BITS) == fixed) {
                counts[(int) (key >>> shift) & (BUCKETS - 1)]++;
            }
        }
    }
}
