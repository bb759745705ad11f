package io.winnow.subset;

import java.nio.charset.StandardCharsets;

/**
 * One random 64-bit key per sample: the (i + 1)-th output of the generator SplitMix64 (Steele, Lea and Flood 2014), started
 * from the request's seed and the purpose of the stream. Taking the samples with the k smallest keys (unsigned) is a uniform
 * draw of k without replacement, and the draw of a smaller k is inside the draw of a larger one. The generator is written
 * out here because lists must stay the same for ever, whatever the Java runtime.
 */
final class RandomKeys {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1.0p-53;

    private final long start;

    private RandomKeys(long start) {
        this.start = start;
    }

    /** The stream of a seed for one purpose; streams of other purposes are unrelated to it. */
    static RandomKeys of(long seed, String purpose) {
        return new RandomKeys(mix(mix(seed) ^ fnv1a(purpose)));
    }

    /** The key of sample i; no two samples of a stream have the same. */
    long at(int i) {
        return mix(start + (i + 1L) * GOLDEN_GAMMA);
    }

    /** The key as a number in (0, 1). */
    double unit(int i) {
        return ((at(i) >>> 11) + 0.5) * UNIT;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static long fnv1a(String text) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        return hash;
    }
}
