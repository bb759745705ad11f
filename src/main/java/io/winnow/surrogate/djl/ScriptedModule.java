package io.winnow.surrogate.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.TrainingSpec;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript module in this process: its code runs here, with all that this process may do. Lives in a process of its
 * own, see {@link ModuleServer}.
 */
final class ScriptedModule implements AutoCloseable {

    private final PtNDManager manager;
    private final PtSymbolBlock block;
    private final ScriptedTensors tensors;
    private boolean training;
    private @Nullable SampleShape shape;
    private @Nullable InputNormalisation normalisation;
    private @Nullable NDManager step;
    private @Nullable NDArray output;
    private @Nullable NDArray sum;

    /** @param buffersMethod the method that gives the tensors that are not trained */
    ScriptedModule(Path file, Device device, String buffersMethod) {
        this.manager = (PtNDManager) NativeEngine.newManager(device);
        JniUtils.setGraphExecutorOptimize(false);
        this.block = JniUtils.loadModule(manager, file, true, new String[0], new String[0], true);
        JniUtils.enableInferenceMode(block);
        this.tensors = new ScriptedTensors(manager, block, buffersMethod);
    }

    ScriptedTensors tensors() {
        return tensors;
    }

    /** How the pictures that follow become inputs. */
    void input(SampleShape shape, Element element, Normalisation normalisation) {
        if (this.normalisation != null) {
            this.normalisation.close();
        }
        this.shape = shape;
        this.normalisation = new InputNormalisation(manager, shape, element, normalisation);
    }

    /** Dropout and the like draw from here on. */
    void seed(long seed) {
        JniUtils.setSeed(seed);
    }

    /** Logits [B, classes] in evaluation mode. */
    float[] evaluate(Batch batch) {
        try (NDManager scope = manager.newSubManager()) {
            return apply(scope, input(scope, batch), false, false).toFloatArray();
        }
    }

    /** Logits [B, classes] in training mode; the graph is kept for {@link #step}. */
    float[] forward(Batch batch) {
        endStep();
        NDManager scope = manager.newSubManager();
        step = scope;
        output = NativeEngine.recorded(() -> apply(scope, input(scope, batch), true, true));
        return output.toFloatArray();
    }

    /** The optimizer's step for the last {@link #forward}. */
    void step(float[] lossGradient, TrainingSpec spec, double learningRate) {
        if (step == null || output == null) {
            throw new IllegalStateException("there was no forward pass");
        }
        try (NDManager scope = step) {
            NDArray gradient = scope.create(FloatBuffer.wrap(lossGradient), output.getShape());
            JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, false, false);
            tensors.step(spec, scope, learningRate);
        } finally {
            step = null;
            output = null;
        }
    }

    private void endStep() {
        if (step != null) {
            step.close();
            step = null;
        }
    }

    /**
     * Exact per-sample gradients by one backward pass for each sample.
     *
     * @param direction [parameters] or null
     * @return [B · (classes + 2)]: logits, squared norms, dots
     */
    float[] gradients(Batch batch, @Nullable NDArray direction) {
        try (NDManager all = manager.newSubManager()) {
            NDArray input = input(all, batch);
            NDArray labels = PerSampleGradients.labels(all, batch);
            List<float[]> rows = new ArrayList<>();
            float[] norms = new float[2 * batch.size()];
            for (int i = 0; i < batch.size(); i++) {
                try (NDManager scope = all.newSubManager()) {
                    NDArray one = GradientTensors.slice(input, i, i + 1, scope);
                    NDArray logits = NativeEngine.recorded(() -> apply(scope, one, false, true));
                    rows.add(logits.toFloatArray());
                    NDArray gradient = gradientOfLoss(logits, GradientTensors.slice(labels, i, i + 1, scope), scope);
                    norms[i] = gradient.square().sum().getFloat();
                    norms[batch.size() + i] = direction == null
                            ? 0
                            : gradient.mul(direction).sum().getFloat();
                }
            }
            return joined(rows, norms);
        }
    }

    private static float[] joined(List<float[]> rows, float[] tail) {
        int classes = rows.get(0).length;
        float[] joined = new float[rows.size() * classes + tail.length];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, joined, i * classes, classes);
        }
        System.arraycopy(tail, 0, joined, rows.size() * classes, tail.length);
        return joined;
    }

    /** Begins a sum of gradients, in double precision. */
    void beginSum() {
        if (sum != null) {
            sum.close();
        }
        sum = manager.zeros(tensors.shape(), DataType.FLOAT64);
    }

    /** Adds the gradients of a batch's samples, in evaluation mode. */
    void addToSum(Batch batch) {
        if (sum == null) {
            throw new IllegalStateException("no sum was begun");
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray input = input(scope, batch);
            NDArray logits = NativeEngine.recorded(() -> apply(scope, input, false, true));
            NDArray gradient = gradientOfLoss(logits, PerSampleGradients.labels(scope, batch), scope);
            sum.addi(gradient.toType(DataType.FLOAT64, false));
        }
    }

    /** [parameters]. */
    double[] endSum() {
        if (sum == null) {
            throw new IllegalStateException("no sum was begun");
        }
        try (NDArray total = sum) {
            sum = null;
            return total.toDoubleArray();
        }
    }

    private NDArray gradientOfLoss(NDArray logits, NDArray labels, NDManager scope) {
        NDArray lossGradient = TappedPass.lossGradient(logits.stopGradient(), labels);
        JniUtils.backward((PtNDArray) logits, (PtNDArray) lossGradient, false, false);
        return tensors.takeGradient(scope);
    }

    /** Rows in memory, as code that calls {@code view} expects them. */
    private NDArray input(NDManager scope, Batch batch) {
        if (normalisation == null || shape == null) {
            throw new IllegalStateException("the shape of the input is not known");
        }
        NDArray input = normalisation.input(scope, batch);
        return input.flatten().reshape(input.getShape());
    }

    private NDArray apply(NDManager scope, NDArray input, boolean training, boolean recorded) {
        if (this.training != training) {
            this.training = training;
            if (training) {
                JniUtils.enableTrainingMode(block);
            } else {
                JniUtils.enableInferenceMode(block);
            }
        }
        NDList outputs = IValueUtils.forward(block, new NDList(input), recorded);
        outputs.attach(scope);
        if (outputs.size() != 1
                || outputs.get(0).getShape().dimension() != 2
                || outputs.get(0).getShape().get(0) != input.getShape().get(0)
                || outputs.get(0).getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException(
                    "the module gives %s for an input of %s; one float32 tensor [%d, classes] is needed"
                            .formatted(
                                    shapes(outputs),
                                    input.getShape(),
                                    input.getShape().get(0)));
        }
        return outputs.get(0);
    }

    private static String shapes(NDList outputs) {
        return outputs.stream()
                .map(output -> output.getDataType() + " " + output.getShape())
                .toList()
                .toString();
    }

    @Override
    public void close() {
        endStep();
        manager.close();
    }
}
