package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;

/** A fully connected layer with bias, [N, in] to [N, out] or, on tokens, [N, P, in] to [N, P, out]. */
final class LinearLayer extends Layer {

    private final int in;
    private final int out;
    private final Parameter weight;
    private final Parameter bias;

    LinearLayer(ParameterLayout layout, String path, int in, int out) {
        super(path);
        this.in = in;
        this.out = out;
        this.weight = addParameter(layout.add(path + ".weight", Parameter.Type.WEIGHT, out, in));
        this.bias = addParameter(layout.add(path + ".bias", Parameter.Type.BIAS, out));
    }

    int in() {
        return in;
    }

    int out() {
        return out;
    }

    Parameter weight() {
        return weight;
    }

    Parameter bias() {
        return bias;
    }

    @Override
    NDArray output(ParameterStore weights, NDArray input, boolean training) {
        NDArray w = weights.getValue(weight, input.getDevice(), training);
        NDArray b = weights.getValue(bias, input.getDevice(), training);
        return Linear.linear(input, w, b).singletonOrThrow();
    }

    @Override
    Shape outputShape(Shape input) {
        return input.slice(0, input.dimension() - 1).add(out);
    }
}
