package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/** What the engine keeps of the arrays between the layers for a backward pass, and when the rest goes. */
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

    /**
     * An activation times a number. The engine keeps the number for the backward pass. DJL's own product has it in a buffer of Java's,
     * which is collected as soon as the product is there: the gradient was then now and then multiplied with what came to lie there.
     */
    static NDArray times(NDArray activation, float number) {
        try (NDArray kept = activation.getManager().full(new Shape(), number)) {
            return activation.mul(kept);
        }
    }
}
