package io.winnow.surrogate.djl;

import io.winnow.platform.SplitMix64;

/** What the seed of a run governs, each with a generator of its own. */
final class Seeds {

    private static final long ORDER = 1;
    private static final long AUGMENTATION = 2;
    private static final long WEIGHTS = 3;
    private static final long DROPOUT = 4;

    private Seeds() {}

    /** The order of the samples in an epoch: Fisher and Yates' shuffle from the last position down. */
    static int[] order(long seed, int epoch, int size) {
        SplitMix64 random = SplitMix64.of(seed, ORDER, epoch);
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    /** The augmentation of a sample in an epoch. */
    static SplitMix64 augmentation(long seed, int epoch, int position) {
        return SplitMix64.of(seed, AUGMENTATION, epoch, position);
    }

    /** The initial values of the parameter with this index. */
    static SplitMix64 weights(long seed, int parameter) {
        return SplitMix64.of(seed, WEIGHTS, parameter);
    }

    /** What the engine draws in a step of a network that draws: dropout. */
    static long dropout(long seed, long step) {
        return SplitMix64.of(seed, DROPOUT, step).nextLong();
    }
}
