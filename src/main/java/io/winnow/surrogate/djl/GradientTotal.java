package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;

/**
 * The sum of gradients Σ ∇ℓ(z, w) in evaluation mode: plain batched autograd, summed over the batches in double precision,
 * for the sum over many batches would lose digits in single.
 */
final class GradientTotal {

    private final Network network;
    private final long maxBytes;

    /** @param maxBytes memory that the pass may take beyond the network's own, on its device */
    GradientTotal(Network network, long maxBytes) {
        this.network = network;
        this.maxBytes = maxBytes;
    }

    /** [parameters], stored layout, over the samples at positions {@code from} … {@code to}−1, of which there must be one at least. */
    double[] run(Samples samples, int from, int to, StopSignal stop) {
        if (from >= to) {
            throw new IllegalArgumentException("the gradients of no samples have no sum");
        }
        int batchSize = Math.min(to - from, GradientMemory.batchSize(network, maxBytes));
        try (NDManager manager = network.manager().newSubManager();
                InputNormalisation normalisation = new InputNormalisation(manager, samples);
                BatchStream batches = BatchStream.of(samples, from, to, batchSize)) {
            NDArray sum = manager.zeros(new Shape(network.layout().parameterCount()), DataType.FLOAT64);
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                stop.check();
                try (NDManager working = manager.newSubManager()) {
                    NDArray input = normalisation.input(working, batch);
                    sum.addi(sumOfGradients(input, PerSampleGradients.labels(working, batch)));
                }
            }
            return sum.toDoubleArray();
        }
    }

    private NDArray sumOfGradients(NDArray input, NDArray labels) {
        NDArray leaf = network.parameters().stopGradient();
        leaf.attach(input.getManager());
        leaf.setRequiresGradient(true);
        NDArray logits =
                NativeEngine.recorded(() -> network.apply(network.weights().withParameters(leaf), input, false, null));
        NDArray lossGradient = TappedPass.lossGradient(logits, labels);
        JniUtils.backward((PtNDArray) logits, (PtNDArray) lossGradient, false, false);
        return leaf.getGradient();
    }
}
