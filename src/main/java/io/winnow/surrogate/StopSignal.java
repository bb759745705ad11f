package io.winnow.surrogate;

/** Asked between batches by everything that takes long. */
@FunctionalInterface
public interface StopSignal {

    StopSignal NEVER = () -> false;

    /** True when the work should stop now; the worker then throws {@link TrainingStoppedException}. */
    boolean stopRequested();

    /** @throws TrainingStoppedException when the work should stop now */
    default void check() {
        if (stopRequested()) {
            throw new TrainingStoppedException();
        }
    }
}
