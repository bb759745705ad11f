package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/** The reference: autograd over all parameters, one sample a pass, without taps. */
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
                NDArray input = manager.create(picture, new Shape(1).addAll(sample));
                NDArray leaf = network.parameters().stopGradient();
                leaf.attach(manager);
                leaf.setRequiresGradient(true);
                int label = labels[i];
                NDArray loss = NativeEngine.recorded(
                        () -> network.apply(network.weights().withParameters(leaf), input, false, null)
                                .logSoftmax(1)
                                .get(0, label)
                                .neg());
                JniUtils.backward((PtNDArray) loss, (PtNDArray) manager.ones(loss.getShape()), false, false);
                gradients.add(leaf.getGradient().toFloatArray());
            }
        }
        return gradients;
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
