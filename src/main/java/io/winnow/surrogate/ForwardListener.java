package io.winnow.surrogate;

/** Receives the batches of a forward pass in the order of the samples. */
@FunctionalInterface
public interface ForwardListener extends StopSignal {

    void batch(ForwardBatch batch);

    @Override
    default boolean stopRequested() {
        return false;
    }
}
