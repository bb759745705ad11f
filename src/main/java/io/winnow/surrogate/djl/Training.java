package io.winnow.surrogate.djl;

import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingDivergedException;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
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

    /** Trains from there to the end of the spec. */
    void run(TrainingPosition from) {
        for (TrainingPosition at = from; at.epoch() < spec.epochs(); at = TrainingPosition.after(at.epoch() + 1)) {
            new Epoch(at).run();
        }
    }

    /** The epoch at work, from where it stands. */
    private final class Epoch {

        private final long started = System.nanoTime();
        private final int epoch;
        /** Batch normalisation has no statistics to take from a single last sample. */
        private final int count;

        private final long firstStep;
        private int steps;
        private double totalLoss;
        private int correct;

        Epoch(TrainingPosition at) {
            int size = samples.size();
            epoch = at.epoch() + 1;
            count = normalisesBatches && size % spec.batchSize() == 1 && spec.batchSize() > 1 ? size - 1 : size;
            firstStep = (long) at.epoch() * spec.stepsPerEpoch(size);
            steps = at.steps();
            totalLoss = at.loss();
            correct = at.correct();
        }

        void run() {
            int[] order = Seeds.order(seed, epoch, samples.size());
            int done = Math.min(count, steps * spec.batchSize());
            PictureLayout pictures = PictureLayout.augmented(samples.shape(), spec.augmentation(), seed, epoch);
            try (BatchStream batches =
                    new BatchStream(samples, i -> order[done + i], count - done, spec.batchSize(), pictures)) {
                for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                    take(batch);
                }
            }
            long last = Math.max(0, firstStep + steps - 1);
            if (!learner.isFinite()) {
                throw new TrainingDivergedException(epoch, last, spec.learningRateAt(last, samples.size()));
            }
            int trained = Math.max(1, count);
            EpochSummary summary = new EpochSummary(
                    epoch, count, totalLoss / trained, (double) correct / trained, (System.nanoTime() - started) / 1e9);
            unlessStopped(() -> listener.afterEpoch(summary));
        }

        private void take(Batch batch) {
            long step = firstStep + steps;
            double learningRate = spec.learningRateAt(step, samples.size());
            unlessStopped(() -> {
                listener.check();
                listener.beforeStep(step, learningRate);
            });
            step(batch, epoch, step, learningRate);
            totalLoss += loss.loss() * batch.size();
            correct += loss.correct();
            steps++;
            listener.afterBatch(new TrainingBatch(
                    epoch, step, batch.size(), batch.positions, batch.labels, logits, loss.loss(), learningRate));
        }

        /** Between two steps the listener may stop the training, which can then go on from there. */
        private void unlessStopped(Runnable listening) {
            try {
                listening.run();
            } catch (TrainingStoppedException e) {
                listener.stoppedAt(new TrainingPosition(epoch - 1, steps, totalLoss, correct));
                throw e;
            }
        }
    }

    private void step(Batch batch, int epoch, long step, double learningRate) {
        learner.begin(seed, step);
        learner.step(batch, learningRate, logits, () -> {
            loss.compute(logits, batch.labels, batch.weights, batch.size());
            if (!Double.isFinite(loss.loss())) {
                throw new TrainingDivergedException(epoch, step, learningRate);
            }
            return loss.gradient();
        });
    }
}
