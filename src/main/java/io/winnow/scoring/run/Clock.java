package io.winnow.scoring.run;

/** Splits a run's wall time into training and scoring. */
final class Clock {

    private long start = System.nanoTime();
    private long scoringNanos;

    /** Goes on from the times of a run that was broken off. */
    void resume(double trainingSeconds, double scoringSeconds) {
        scoringNanos = (long) (scoringSeconds * 1e9);
        start = System.nanoTime() - scoringNanos - (long) (trainingSeconds * 1e9);
    }

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
