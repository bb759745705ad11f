package io.winnow.platform;

import java.nio.charset.StandardCharsets;

/**
 * The generator behind everything random: SplitMix64 (Steele, Lea and Flood 2014). Written out, and drawn with
 * {@link StrictMath}, so that a seed gives the same bits for ever, on any machine and any Java.
 */
public final class SplitMix64 {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    public SplitMix64(long seed) {
        this.state = seed;
    }

    /** A generator of its own for a part of what a seed governs, such as (epoch, position). */
    public static SplitMix64 of(long seed, long... parts) {
        long mixed = mix(seed + GOLDEN_GAMMA);
        for (long part : parts) {
            mixed = mix(mixed + GOLDEN_GAMMA * (part + 1));
        }
        return new SplitMix64(mixed);
    }

    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in 0 … bound−1; the bias of 2⁻³² · bound is below what any training can see. */
    public int nextInt(int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** Uniform in [0, 1), 53 bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Standard normal, by the cosine half of Box and Muller. */
    public double nextGaussian() {
        double u = 1 - nextDouble();
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * nextDouble());
    }

    /** The generator's output i = 0, 1, … from a seed, without making those before it. */
    public static long at(long seed, long i) {
        return mix(seed + (i + 1) * GOLDEN_GAMMA);
    }

    /** The FNV-1a hash of a text, to give each use of a seed a stream of its own. */
    public static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        return hash;
    }

    /** The finaliser: a bijection that spreads every bit of its argument over all of its result. */
    public static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
