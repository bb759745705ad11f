package io.winnow.surrogate;

/** Watches a training. Called on the thread that trains, between steps: it may run passes on the surrogate. */
public interface TrainingListener extends StopSignal {

    @Override
    default boolean stopRequested() {
        return false;
    }

    /** Before the step's weights change; w_t and η_t of a stage are those of this moment. */
    default void beforeStep(long step, double learningRate) {}

    /** After each step. */
    default void afterBatch(TrainingBatch batch) {}

    /** After the last step of an epoch. */
    default void afterEpoch(EpochSummary epoch) {}

    /**
     * The training was told to stop, by the listener or by a pass that it ran, and ends with a {@link TrainingStoppedException}
     * next. From the surrogate's state of this moment it can go on at {@code at}.
     */
    default void stoppedAt(TrainingPosition at) {}
}
