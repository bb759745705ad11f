package io.winnow.subset;

import io.winnow.platform.SplitMix64;

/**
 * One random 64-bit key per sample: the (i + 1)-th output of the generator SplitMix64 (Steele, Lea and Flood 2014), started
 * from the request's seed and the purpose of the stream. Taking the samples with the k smallest keys (unsigned) is a uniform
 * draw of k without replacement, and the draw of a smaller k is inside the draw of a larger one.
 */
final class RandomKeys {

    private static final double UNIT = 0x1.0p-53;

    private final long start;

    private RandomKeys(long start) {
        this.start = start;
    }

    /** The stream of a seed for one purpose; streams of other purposes are unrelated to it. */
    static RandomKeys of(long seed, String purpose) {
        return new RandomKeys(SplitMix64.mix(SplitMix64.mix(seed) ^ SplitMix64.hash(purpose)));
    }

    /** The key of sample i; no two samples of a stream have the same. */
    long at(int i) {
        return SplitMix64.at(start, i);
    }

    /** The key as a number in (0, 1). */
    double unit(int i) {
        return ((at(i) >>> 11) + 0.5) * UNIT;
    }
}
