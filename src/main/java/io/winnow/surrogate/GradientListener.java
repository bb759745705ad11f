package io.winnow.surrogate;

/** Receives the batches of a pass of per-sample gradients in the order of the samples. */
@FunctionalInterface
public interface GradientListener extends StopSignal {

    void batch(GradientBatch batch);

    @Override
    default boolean stopRequested() {
        return false;
    }
}
