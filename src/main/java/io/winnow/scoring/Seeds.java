package io.winnow.scoring;

import io.winnow.platform.SplitMix64;
import java.util.List;
import java.util.stream.IntStream;

/** How seeds derive from one another: the finaliser of SplitMix64 over seed + number · 0x9E3779B97F4A7C15. */
public final class Seeds {

    private Seeds() {}

    /** The seed of run k = 0, 1, … of a job: {@code mix(jobSeed + (k + 1) · golden gamma)}. */
    public static long ofRun(long jobSeed, int run) {
        return number(jobSeed, run);
    }

    /** The seeds of the first runs of a job. */
    public static List<Long> ofRuns(long jobSeed, int runs) {
        return IntStream.range(0, runs).mapToObj(run -> ofRun(jobSeed, run)).toList();
    }

    /** An independent seed for another use within the same run: {@code mix(seed + FNV-1a(use))}. */
    public static long of(long seed, String use) {
        return SplitMix64.mix(seed + SplitMix64.hash(use));
    }

    /** The i-th of the 64-bit numbers that a seed stands for, i = 0, 1, …: {@code mix(seed + (i + 1) · golden gamma)}. */
    public static long number(long seed, long i) {
        return SplitMix64.at(seed, i);
    }
}
