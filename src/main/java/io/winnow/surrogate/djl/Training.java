package io.winnow.surrogate.djl;

import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingDivergedException;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;

/** The training loop. The loss and its gradient are worked out on the host before the weights change. */
final class Training {

    private final Learner learner;
    private final Samples samples;
    private final TrainingSpec spec;
    private final long seed;
    private final TrainingListener listener;
    private final SoftmaxLoss loss;
    private final float[] logits;
    private final boolean normalisesBatches;

    Training(Learner learner, Samples samples, TrainingSpec spec, long seed, TrainingListener listener) {
        this.learner = learner;
        this.samples = samples;
        this.spec = spec;
        this.seed = seed;
        this.listener = listener;
        int batchSize = Math.min(spec.batchSize(), samples.size());
        this.loss = new SoftmaxLoss(batchSize, learner.classes());
        this.logits = new float[batchSize * learner.classes()];
        this.normalisesBatches = learner.normalisesBatches();
    }

    /** Trains from {@code fromEpoch}, the epochs already done, to the end of the spec. */
    void run(int fromEpoch) {
        for (int epoch = fromEpoch + 1; epoch <= spec.epochs(); epoch++) {
            listener.afterEpoch(epoch(epoch));
        }
    }

    private EpochSummary epoch(int epoch) {
        long started = System.nanoTime();
        int size = samples.size();
        // Batch normalisation has no statistics to take from a single last sample.
        int count = normalisesBatches && size % spec.batchSize() == 1 && spec.batchSize() > 1 ? size - 1 : size;
        long step = (long) (epoch - 1) * spec.stepsPerEpoch(size);
        double totalLoss = 0;
        int correct = 0;
        learner.begin(seed, epoch);
        int[] order = Seeds.order(seed, epoch, size);
        PictureLayout pictures = PictureLayout.augmented(samples.shape(), spec.augmentation(), seed, epoch);
        try (BatchStream batches = new BatchStream(samples, i -> order[i], count, spec.batchSize(), pictures)) {
            for (Batch batch = batches.next(); batch != null; batch = batches.next(), step++) {
                if (listener.stopRequested()) {
                    throw new TrainingStoppedException();
                }
                double learningRate = spec.learningRateAt(step, size);
                listener.beforeStep(step, learningRate);
                step(batch, epoch, step, learningRate);
                totalLoss += loss.loss() * batch.size();
                correct += loss.correct();
                listener.afterBatch(new TrainingBatch(
                        epoch, step, batch.size(), batch.positions, batch.labels, logits, loss.loss(), learningRate));
            }
        }
        long last = Math.max(0, step - 1);
        if (!learner.isFinite()) {
            throw new TrainingDivergedException(epoch, last, spec.learningRateAt(last, size));
        }
        int trained = Math.max(1, count);
        return new EpochSummary(
                epoch, count, totalLoss / trained, (double) correct / trained, (System.nanoTime() - started) / 1e9);
    }

    private void step(Batch batch, int epoch, long step, double learningRate) {
        learner.step(batch, learningRate, logits, () -> {
            loss.compute(logits, batch.labels, batch.weights, batch.size());
            if (!Double.isFinite(loss.loss())) {
                throw new TrainingDivergedException(epoch, step, learningRate);
            }
            return loss.gradient();
        });
    }
}
