package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/** A block with parameters of its own: what a {@link Tape} sees. Its output is linear in its parameters. */
abstract class Layer extends NetworkBlock {

    private final String path;

    /** @param path the layer's name in the network as PyTorch would have it, {@code layer1.0.conv1} */
    Layer(String path) {
        this.path = path;
    }

    String path() {
        return path;
    }

    /**
     * Applies the layer alone, unseen by any tape.
     *
     * @param weights values of its parameters: the network's, or a view of any vector of the same layout
     */
    abstract NDArray output(ParameterStore weights, NDArray input, boolean training);

    @Override
    final NDArray apply(
            ParameterStore weights, NDArray input, boolean training, @Nullable PairList<String, Object> parameters) {
        NDArray output = output(weights, input, training);
        Tape tape = Tape.in(parameters);
        return tape == null ? output : tape.record(this, input, output);
    }

    /** Neither a product nor a normalisation needs what it put out. */
    @Override
    final boolean outputIsFree() {
        return true;
    }

    @Override
    public String toString() {
        return "%s(%s)".formatted(getClass().getSimpleName(), path);
    }
}
