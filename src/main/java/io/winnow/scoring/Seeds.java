package io.winnow.scoring;

/** How seeds derive from one another: the finaliser of SplitMix64 over seed + number · 0x9E3779B97F4A7C15. */
public final class Seeds {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /** The seed of run k = 0, 1, … of a job: {@code mix(jobSeed + (k + 1) · golden gamma)}. */
    public static long ofRun(long jobSeed, int run) {
        return number(jobSeed, run);
    }

    /** An independent seed for another use within the same run: {@code mix(seed + FNV-1a(use))}. */
    public static long of(long seed, String use) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < use.length(); i++) {
            hash = (hash ^ use.charAt(i)) * 0x100000001B3L;
        }
        return mix(seed + hash);
    }

    /** The i-th of the 64-bit numbers that a seed stands for, i = 0, 1, …: {@code mix(seed + (i + 1) · golden gamma)}. */
    public static long number(long seed, long i) {
        return mix(seed + (i + 1) * GOLDEN_GAMMA);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
