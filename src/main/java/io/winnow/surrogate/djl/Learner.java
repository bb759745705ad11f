package io.winnow.surrogate.djl;

import java.util.function.Supplier;

/** A network as the training loop sees it: where it runs and how its weights change is its own affair. */
interface Learner extends AutoCloseable {

    int classes();

    /** Whether statistics are taken over a batch, of which a single sample has none. */
    boolean normalisesBatches();

    /** A step is next: what the network draws at random in it follows from the seed and the step. */
    default void begin(long seed, long step) {}

    /**
     * One step: a forward pass in training mode, the gradient of the loss, the optimizer's change.
     *
     * @param logits [B · classes], filled before the gradient is asked for
     * @param lossGradient gives ∂loss/∂logits, [B · classes]; throws to end the training
     */
    void step(Batch batch, double learningRate, float[] logits, Supplier<float[]> lossGradient);

    /** Whether all weights and running statistics are finite. */
    boolean isFinite();

    @Override
    void close();
}
