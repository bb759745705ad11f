package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * Sees, and may replace, the output of every layer with parameters during a forward pass. It travels in the optional
 * parameters of DJL's {@code forward}, so that one network serves plain passes and taps alike.
 */
@FunctionalInterface
interface Tape {

    /** The key under which a pass carries its tape. */
    String KEY = "winnow.tape";

    /**
     * Called once for each layer with parameters, in the order of the pass.
     *
     * @param layer the layer
     * @param input what the layer was applied to
     * @param output its pre-activation output
     * @return what the pass goes on with
     */
    NDArray record(Layer layer, NDArray input, NDArray output);

    /**
     * Called for a large array that a backward pass needs and no layer wrote, such as the shares of an attention.
     *
     * @param array stays the caller's
     */
    default void holds(NDArray array) {}

    /**
     * Whether the arrays given to {@link #record} are kept after it returns. Where not, a pass frees each activation as soon as
     * the next layer has read it.
     */
    default boolean keepsArrays() {
        return true;
    }

    /** The optional parameters of a forward pass that carry this tape. */
    default PairList<String, Object> asParameters() {
        PairList<String, Object> parameters = new PairList<>();
        parameters.add(KEY, this);
        return parameters;
    }

    /** The tape among the optional parameters of a pass, or null. */
    static @Nullable Tape in(@Nullable PairList<String, Object> parameters) {
        return parameters == null ? null : (Tape) parameters.get(KEY);
    }
}
