package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;

/** Layer normalisation over the last axis of [N, …, D]: γ · (x − mean) / √(var + ε) + β, each vector by its own statistics. */
final class LayerNormalisation extends Layer {

    /** Added to the variance, as vision transformers have it. */
    static final double EPSILON = 1e-6;

    private final int width;
    private final Parameter scale;
    private final Parameter shift;

    LayerNormalisation(ParameterLayout layout, String path, int width) {
        super(path);
        this.width = width;
        this.scale = addParameter(layout.add(path + ".weight", Parameter.Type.GAMMA, width));
        this.shift = addParameter(layout.add(path + ".bias", Parameter.Type.BETA, width));
    }

    /** γ [D]. */
    Parameter scale() {
        return scale;
    }

    /** β [D]. */
    Parameter shift() {
        return shift;
    }

    @Override
    NDArray output(ParameterStore weights, NDArray input, boolean training) {
        return JniUtils.layerNorm(
                (PtNDArray) input,
                new Shape(width),
                (PtNDArray) weights.getValue(scale, input.getDevice(), training),
                (PtNDArray) weights.getValue(shift, input.getDevice(), training),
                EPSILON);
    }

    @Override
    Shape outputShape(Shape input) {
        return input;
    }
}
