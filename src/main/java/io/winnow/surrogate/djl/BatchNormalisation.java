package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;

/**
 * Batch normalisation over the channels of [N, C, H, W]: γ · (x − mean) / √(var + ε) + β with the batch's statistics in
 * training, which also move the running ones, and the running statistics otherwise.
 */
final class BatchNormalisation extends Layer {

    /** Added to the variance, as PyTorch does by default. */
    static final double EPSILON = 1e-5;

    /** The share of a batch's statistics in the running ones, as in PyTorch by default. */
    static final double MOMENTUM = 0.1;

    private final int channels;
    private final Parameter scale;
    private final Parameter shift;
    private final Parameter runningMean;
    private final Parameter runningVariance;

    BatchNormalisation(ParameterLayout layout, String path, int channels) {
        super(path);
        this.channels = channels;
        this.scale = addParameter(layout.add(path + ".weight", Parameter.Type.GAMMA, channels));
        this.shift = addParameter(layout.add(path + ".bias", Parameter.Type.BETA, channels));
        this.runningMean =
                addParameter(layout.addBuffer(path + ".running_mean", Parameter.Type.RUNNING_MEAN, channels));
        this.runningVariance =
                addParameter(layout.addBuffer(path + ".running_var", Parameter.Type.RUNNING_VAR, channels));
    }

    int channels() {
        return channels;
    }

    /** γ [C]. */
    Parameter scale() {
        return scale;
    }

    /** β [C]. */
    Parameter shift() {
        return shift;
    }

    Parameter runningMean() {
        return runningMean;
    }

    Parameter runningVariance() {
        return runningVariance;
    }

    @Override
    NDArray output(ParameterStore weights, NDArray input, boolean training) {
        return JniUtils.batchNorm(
                (PtNDArray) input,
                (PtNDArray) weights.getValue(runningMean, input.getDevice(), training),
                (PtNDArray) weights.getValue(runningVariance, input.getDevice(), training),
                (PtNDArray) weights.getValue(scale, input.getDevice(), training),
                (PtNDArray) weights.getValue(shift, input.getDevice(), training),
                training,
                MOMENTUM,
                EPSILON);
    }

    @Override
    Shape outputShape(Shape input) {
        return input;
    }
}
