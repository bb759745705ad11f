package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/**
 * The reference: autograd over all parameters, one sample a pass, without taps, and in double precision. In single precision it would
 * have rounding errors of its own, which on deep narrow networks come to 1e-4, more or less by the processor.
 */
final class SingleSampleGradients {

    private SingleSampleGradients() {}

    /** ∇ℓ of each sample, stored layout. */
    static List<float[]> of(Network network, float[] pictures, Shape sample, int[] labels) {
        List<float[]> gradients = new ArrayList<>();
        int size = (int) sample.size();
        for (int i = 0; i < labels.length; i++) {
            try (NDManager manager = network.manager().newSubManager()) {
                float[] picture = new float[size];
                System.arraycopy(pictures, i * size, picture, 0, size);
                NDArray input =
                        manager.create(picture, new Shape(1).addAll(sample)).toType(DataType.FLOAT64, false);
                NDArray leaf = network.parameters().stopGradient().toType(DataType.FLOAT64, true);
                leaf.attach(manager);
                NDArray buffers = buffers(network, manager);
                leaf.setRequiresGradient(true);
                int label = labels[i];
                NDArray loss = NativeEngine.recorded(
                        () -> network.apply(new Weights(network.layout(), leaf, buffers), input, false, null)
                                .logSoftmax(1)
                                .get(0, label)
                                .neg());
                JniUtils.backward((PtNDArray) loss, (PtNDArray) manager.ones(loss.getShape()), false, false);
                gradients.add(leaf.getGradient().toType(DataType.FLOAT32, false).toFloatArray());
            }
        }
        return gradients;
    }

    private static NDArray buffers(Network network, NDManager manager) {
        float[] stored = ParameterLayout.toStored(network.layout().buffers(), network.bufferValues());
        return stored.length == 0
                ? manager.zeros(new Shape(1), DataType.FLOAT64)
                : manager.create(stored).toType(DataType.FLOAT64, false);
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
