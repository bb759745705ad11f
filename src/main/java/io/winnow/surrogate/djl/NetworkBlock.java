package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * A DJL block of one input and one output whose parameters' values come from the {@link Weights} of the pass instead of
 * the parameters themselves: the same block runs on the trained weights, on leaves of one training step, or on any other
 * vector in the space of its parameters.
 */
abstract class NetworkBlock extends AbstractBlock {

    /** The output for an input, of which both may be views; the result belongs to the input's manager. */
    abstract NDArray apply(
            ParameterStore weights, NDArray input, boolean training, @Nullable PairList<String, Object> parameters);

    /** Whether the output may be overwritten: no backward pass needs it to be what it was. */
    boolean outputIsFree() {
        return false;
    }

    /** The shape of the output for an input, batch included. */
    abstract Shape outputShape(Shape input);

    @Override
    protected final NDList forwardInternal(
            ParameterStore weights, NDList inputs, boolean training, @Nullable PairList<String, Object> parameters) {
        return new NDList(apply(weights, inputs.singletonOrThrow(), training, parameters));
    }

    @Override
    public final Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {outputShape(inputShapes[0])};
    }

    /** The weights of the pass are always there, whatever the parameters hold. */
    @Override
    public final boolean isInitialized() {
        return true;
    }
}
