package io.winnow.scoring.run;

/** Splits a run's wall time into training and scoring. */
final class Clock {

    private final long start = System.nanoTime();
    private long scoringNanos;

    /** Counts the work as scoring. */
    void scoring(Runnable work) {
        long before = System.nanoTime();
        work.run();
        scoringNanos += System.nanoTime() - before;
    }

    double scoringSeconds() {
        return scoringNanos / 1e9;
    }

    double trainingSeconds() {
        return (System.nanoTime() - start - scoringNanos) / 1e9;
    }
}
