package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.TrainingSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;

/** Steps of a {@link Network}. The host waits for the device once a batch, when the logits come over. */
final class NetworkLearner implements Learner {

    private final Network network;
    private final Sgd sgd;
    private final InputNormalisation normalisation;
    private final ByteBuffer gradient;

    /** @param velocity the optimizer's, changed in place */
    NetworkLearner(Network network, NDArray velocity, Samples samples, TrainingSpec spec) {
        this.network = network;
        this.sgd = new Sgd(spec, network.parameters(), velocity);
        this.normalisation = new InputNormalisation(network.manager(), samples);
        int values = Math.min(spec.batchSize(), samples.size()) * classes();
        this.gradient = ByteBuffer.allocateDirect(values * Float.BYTES).order(ByteOrder.nativeOrder());
    }

    @Override
    public int classes() {
        return network.spec().classes();
    }

    @Override
    public boolean normalisesBatches() {
        return network.layers().stream().anyMatch(BatchNormalisation.class::isInstance);
    }

    @Override
    public void step(Batch batch, double learningRate, float[] logits, Supplier<float[]> lossGradient) {
        try (NDManager scope = network.manager().newSubManager()) {
            NDArray input = normalisation.input(scope, batch);
            // A leaf of its own for each step: its gradient starts from nothing and goes with it.
            NDArray leaf = network.parameters().stopGradient();
            leaf.attach(scope);
            leaf.setRequiresGradient(true);
            NDArray output = NativeEngine.recorded(
                    () -> network.apply(network.weights().withParameters(leaf), input, true, null));
            Host.read(output, logits);
            int values = batch.size() * classes();
            gradient.clear();
            gradient.asFloatBuffer().put(lossGradient.get(), 0, values);
            NDArray outputGradient = scope.create(
                    gradient.clear().limit(values * Float.BYTES), new Shape(batch.size(), classes()), DataType.FLOAT32);
            JniUtils.backward((PtNDArray) output, (PtNDArray) outputGradient, false, false);
            sgd.step(leaf.getGradient(), learningRate);
        }
    }

    @Override
    public boolean isFinite() {
        return network.isFinite();
    }

    @Override
    public void close() {
        normalisation.close();
    }
}
