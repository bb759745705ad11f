package io.winnow.scoring;

import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.surrogate.StopSignal;
import java.util.List;

/** Watches a run; called on its thread between batches. */
public interface RunListener extends StopSignal {

    @Override
    default boolean stopRequested() {
        return false;
    }

    /** Whether a run that was told to stop is to go on later: where it stands is then worth keeping. */
    default boolean goesOnLater() {
        return false;
    }

    /** How far the run is. Called often: throttle what it costs. */
    default void progress(RunProgress progress) {}

    /** Samples went through a batch of the phase; told before the progress that comes of it. Called as often. */
    default void through(Phase phase, int samples) {}

    /** The accuracies of all epochs so far; told after each, and at once by a run that goes on from a checkpoint. */
    default void trained(List<EpochAccuracy> history) {}

    /**
     * @param phase what it is doing
     * @param epoch 1-based epoch in training, 0 before the first
     * @param fraction share of the run's expected work that is done, in [0, 1], never falling
     * @param samplesPerSecond of the present phase
     */
    record RunProgress(Phase phase, int epoch, double fraction, double samplesPerSecond) {}

    /** What a run does at a moment. */
    enum Phase {
        TRAIN,
        SCORE
    }
}
