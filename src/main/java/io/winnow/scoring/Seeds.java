package io.winnow.scoring;

/** How seeds derive from one another: the finaliser of SplitMix64 over seed + number · 0x9E3779B97F4A7C15. */
public final class Seeds {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /** The seed of run k = 0, 1, … of a job: {@code mix(jobSeed + (k + 1) · golden gamma)}. */
    public static long ofRun(long jobSeed, int run) {
        return mix(jobSeed + (run + 1) * GOLDEN_GAMMA);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
