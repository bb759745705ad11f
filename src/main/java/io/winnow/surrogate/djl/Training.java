package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingDivergedException;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The training loop. The host waits for the device once a batch, when the logits come over; the loss and its gradient are
 * worked out from them before the weights change.
 */
final class Training {

    private final Network network;
    private final Samples samples;
    private final TrainingSpec spec;
    private final long seed;
    private final TrainingListener listener;
    private final Sgd sgd;
    private final SoftmaxLoss loss;
    private final float[] logits;
    private final ByteBuffer gradient;
    private final int batchSize;
    private final boolean normalisesBatches;

    Training(
            Network network,
            NDArray velocity,
            Samples samples,
            TrainingSpec spec,
            long seed,
            TrainingListener listener) {
        this.network = network;
        this.samples = samples;
        this.spec = spec;
        this.seed = seed;
        this.listener = listener;
        this.sgd = new Sgd(spec, network.parameters(), velocity);
        this.batchSize = Math.min(spec.batchSize(), samples.size());
        int classes = network.spec().classes();
        this.loss = new SoftmaxLoss(batchSize, classes);
        this.logits = new float[batchSize * classes];
        this.gradient = ByteBuffer.allocateDirect(logits.length * Float.BYTES).order(ByteOrder.nativeOrder());
        this.normalisesBatches = network.layers().stream().anyMatch(BatchNormalisation.class::isInstance);
    }

    /** Trains from {@code fromEpoch}, the epochs already done, to the end of the spec. */
    void run(int fromEpoch) {
        try (InputNormalisation normalisation = new InputNormalisation(network.manager(), samples)) {
            for (int epoch = fromEpoch + 1; epoch <= spec.epochs(); epoch++) {
                listener.afterEpoch(epoch(epoch, normalisation));
            }
        }
    }

    private EpochSummary epoch(int epoch, InputNormalisation normalisation) {
        long started = System.nanoTime();
        int size = samples.size();
        // Batch normalisation has no statistics to take from a single last sample.
        int count = normalisesBatches && size % spec.batchSize() == 1 && spec.batchSize() > 1 ? size - 1 : size;
        long step = (long) (epoch - 1) * spec.stepsPerEpoch(size);
        double totalLoss = 0;
        int correct = 0;
        int[] order = Seeds.order(seed, epoch, size);
        PictureLayout pictures = PictureLayout.augmented(samples.shape(), spec.augmentation(), seed, epoch);
        try (BatchStream batches = new BatchStream(samples, i -> order[i], count, spec.batchSize(), pictures)) {
            for (Batch batch = batches.next(); batch != null; batch = batches.next(), step++) {
                if (listener.stopRequested()) {
                    throw new TrainingStoppedException();
                }
                double learningRate = spec.learningRateAt(step, size);
                listener.beforeStep(step, learningRate);
                step(batch, normalisation, epoch, step, learningRate);
                totalLoss += loss.loss() * batch.size();
                correct += loss.correct();
                listener.afterBatch(new TrainingBatch(
                        epoch, step, batch.size(), batch.positions, batch.labels, logits, loss.loss(), learningRate));
            }
        }
        long last = Math.max(0, step - 1);
        if (!network.isFinite()) {
            throw new TrainingDivergedException(epoch, last, spec.learningRateAt(last, size));
        }
        int trained = Math.max(1, count);
        return new EpochSummary(
                epoch, count, totalLoss / trained, (double) correct / trained, (System.nanoTime() - started) / 1e9);
    }

    private void step(Batch batch, InputNormalisation normalisation, int epoch, long step, double learningRate) {
        try (NDManager scope = network.manager().newSubManager()) {
            NDArray input = normalisation.input(scope, batch);
            // A leaf of its own for each step: its gradient starts from nothing and goes with it.
            NDArray leaf = network.parameters().stopGradient();
            leaf.attach(scope);
            leaf.setRequiresGradient(true);
            NDArray output = NativeEngine.recorded(
                    () -> network.apply(network.weights().withParameters(leaf), input, true, null));
            Host.read(output, logits);
            loss.compute(logits, batch.labels, batch.weights, batch.size());
            if (!Double.isFinite(loss.loss())) {
                throw new TrainingDivergedException(epoch, step, learningRate);
            }
            int classes = network.spec().classes();
            int values = batch.size() * classes;
            gradient.clear();
            gradient.asFloatBuffer().put(loss.gradient(), 0, values);
            NDArray outputGradient = scope.create(
                    gradient.clear().limit(values * Float.BYTES), new Shape(batch.size(), classes), DataType.FLOAT32);
            JniUtils.backward((PtNDArray) output, (PtNDArray) outputGradient, false, false);
            sgd.step(leaf.getGradient(), learningRate);
        }
    }
}
