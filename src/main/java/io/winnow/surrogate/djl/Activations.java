package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/** When the arrays between the layers go. */
final class Activations {

    private Activations() {}

    /**
     * Gives up the handle of an activation that nothing ahead reads. The engine keeps what a backward pass needs; the rest is
     * free for the next layer at once instead of at the end of the batch.
     */
    static void release(NDArray activation, @Nullable PairList<String, Object> parameters) {
        Tape tape = Tape.in(parameters);
        if (tape == null || !tape.keepsArrays()) {
            activation.close();
        }
    }
}
