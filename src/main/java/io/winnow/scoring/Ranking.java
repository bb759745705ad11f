package io.winnow.scoring;

/**
 * The one order of samples by importance: most important first, ties by smaller index, −0 the same as +0. Stable LSD radix
 * sort on a key that orders floats as unsigned ints; O(N) time, 16 bytes a sample.
 */
public final class Ranking {

    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;

    private Ranking() {}

    /**
     * All samples by importance.
     *
     * @param scores [N], finite
     * @return [N] sample indices
     */
    public static int[] of(float[] scores, Keeps keeps) {
        long[] keyed = new long[scores.length];
        for (int i = 0; i < scores.length; i++) {
            keyed[i] = (long) key(scores[i], keeps) << 32 | i;
        }
        long[] sorted = sort(keyed, new long[scores.length], scores.length);
        int[] ranking = new int[scores.length];
        for (int i = 0; i < ranking.length; i++) {
            ranking[i] = (int) sorted[i];
        }
        return ranking;
    }

    /** An int that is smaller, read as unsigned, the more important the score. */
    public static int key(float score, Keeps keeps) {
        int bits = Float.floatToRawIntBits(score + 0f);
        int ascending = bits ^ (bits >> 31 | Integer.MIN_VALUE);
        return keeps == Keeps.LOWEST ? ascending : ~ascending;
    }

    /** The score that a key stands for, with +0 for −0. */
    public static float score(int key, Keeps keeps) {
        int ascending = keeps == Keeps.LOWEST ? key : ~key;
        return Float.intBitsToFloat(ascending < 0 ? ascending ^ Integer.MIN_VALUE : ~ascending);
    }

    /**
     * Sorts by the upper 32 bits, read as unsigned, and leaves equal ones in their order.
     *
     * @param values the first {@code count} are sorted; overwritten
     * @param spare at least as long; overwritten
     * @return the one of the two that holds the result
     */
    public static long[] sort(long[] values, long[] spare, int count) {
        long[] from = values;
        long[] to = spare;
        for (int shift = 32; shift < 64; shift += DIGIT_BITS) {
            int[] starts = new int[DIGITS];
            for (int i = 0; i < count; i++) {
                starts[(int) (from[i] >>> shift) & DIGITS - 1]++;
            }
            if (inOneBucket(starts, count)) {
                continue;
            }
            int sum = 0;
            for (int digit = 0; digit < DIGITS; digit++) {
                int size = starts[digit];
                starts[digit] = sum;
                sum += size;
            }
            for (int i = 0; i < count; i++) {
                to[starts[(int) (from[i] >>> shift) & DIGITS - 1]++] = from[i];
            }
            long[] swapped = from;
            from = to;
            to = swapped;
        }
        return from;
    }

    private static boolean inOneBucket(int[] sizes, int count) {
        for (int size : sizes) {
            if (size != 0) {
                return size == count;
            }
        }
        return true;
    }
}
