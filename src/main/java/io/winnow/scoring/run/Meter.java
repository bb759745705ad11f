package io.winnow.scoring.run;

import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunListener.RunProgress;
import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.surrogate.TrainingStoppedException;
import java.util.List;
import java.util.function.LongSupplier;

/** Turns the work that is done into progress: the share of the foreseen cost, and samples a second over the last second. */
final class Meter {

    private static final long WINDOW_NANOS = 1_000_000_000L;

    private final double totalCost;
    private final RunListener listener;
    private final LongSupplier nanoTime;

    private Phase phase = Phase.TRAIN;
    private int epoch;
    private double doneCost;
    private long windowStart;
    private long windowSamples;
    private double rate;
    private boolean rated;

    /**
     * @param totalCost foreseen cost of everything, in the units of {@link Plan}
     */
    Meter(double totalCost, RunListener listener, LongSupplier nanoTime) {
        this.totalCost = totalCost;
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    double doneCost() {
        return doneCost;
    }

    /** Goes on from the cost that a run, or a pass, had done when it was broken off. */
    void resume(double doneCost) {
        this.doneCost = doneCost;
    }

    boolean stopRequested() {
        return listener.stopRequested();
    }

    /** Whether a run that is being stopped goes on later. */
    boolean goesOnLater() {
        return listener.goesOnLater();
    }

    /** Work that counts for nothing when it is broken off, since whoever goes on begins it anew. */
    void wholeOrNothing(Runnable work) {
        double before = doneCost;
        try {
            work.run();
        } catch (TrainingStoppedException e) {
            doneCost = before;
            throw e;
        }
    }

    /** An epoch is done, or a run goes on that has some behind it. */
    void trained(List<EpochAccuracy> history) {
        listener.trained(List.copyOf(history));
    }

    /** A new phase begins, with a speed of its own. */
    void enter(Phase phase, int epoch) {
        this.phase = phase;
        this.epoch = epoch;
        windowStart = nanoTime.getAsLong();
        windowSamples = 0;
        rate = 0;
        rated = false;
    }

    /** Some samples went through a pass of that cost each. */
    void done(int samples, double costEach) {
        doneCost += samples * costEach;
        windowSamples += samples;
        long elapsed = nanoTime.getAsLong() - windowStart;
        if (!rated || elapsed >= WINDOW_NANOS) {
            rate = windowSamples * 1e9 / Math.max(1, elapsed);
        }
        if (elapsed >= WINDOW_NANOS) {
            rated = true;
            windowStart += elapsed;
            windowSamples = 0;
        }
        listener.through(phase, samples);
        listener.progress(new RunProgress(phase, epoch, fraction(), rate));
    }

    private double fraction() {
        return totalCost == 0 ? 1 : Math.min(1, doneCost / totalCost);
    }
}
