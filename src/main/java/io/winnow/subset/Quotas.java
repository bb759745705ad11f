package io.winnow.subset;

import java.util.Arrays;
import java.util.stream.IntStream;

/** How many samples each class may keep. The quotas add up to k and none is above the size of its class. */
final class Quotas {

    private Quotas() {}

    /**
     * Proportional to the class sizes by the method of the largest remainder (Hamilton): the whole part of k · size / N
     * each, what is left one by one to the largest remainders, ties to the smaller class number. In exact integers.
     *
     * <p>When k grows so that the exact share of a class grows by one or more, its quota never falls; nor does it where all
     * classes have the same size. For steps of k smaller than that the method is known to take one sample from a small
     * class now and then (the Alabama paradox).
     */
    static int[] proportional(int[] sizes, int k) {
        long total = IntStream.of(sizes).asLongStream().sum();
        int[] quotas = new int[sizes.length];
        long[] remainders = new long[sizes.length];
        long given = 0;
        for (int c = 0; c < sizes.length; c++) {
            long share = (long) k * sizes[c];
            quotas[c] = (int) (share / total);
            remainders[c] = share % total;
            given += quotas[c];
        }
        IntStream.range(0, sizes.length)
                .boxed()
                .sorted((a, b) -> Long.compare(remainders[b], remainders[a]))
                .limit(k - given)
                .forEach(c -> quotas[c]++);
        return quotas;
    }

    /**
     * The same number for every class; a class with fewer samples gives all it has, and what it lacks is spread over the
     * others alike. What does not divide goes to the smaller class numbers that have samples left.
     */
    static int[] equal(int[] sizes, int k) {
        int level = 0;
        long filled = 0;
        int[] sorted = sizes.clone();
        Arrays.sort(sorted);
        for (int c = 0; c < sorted.length; c++) {
            int open = sorted.length - c;
            long step = (k - filled) / open;
            if (sorted[c] - level > step) {
                level += (int) step;
                break;
            }
            filled += (long) (sorted[c] - level) * open;
            level = sorted[c];
        }
        int[] quotas = new int[sizes.length];
        int left = k;
        for (int c = 0; c < sizes.length; c++) {
            quotas[c] = Math.min(sizes[c], level);
            left -= quotas[c];
        }
        for (int c = 0; c < sizes.length && left > 0; c++) {
            if (sizes[c] > quotas[c]) {
                quotas[c]++;
                left--;
            }
        }
        return quotas;
    }
}
