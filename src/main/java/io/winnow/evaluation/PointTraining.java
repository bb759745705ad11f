package io.winnow.evaluation;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunListener.RunProgress;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingDivergedException;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training of a point and its test. Its state is kept after each epoch, and where it is stopped to go on later, so that another
 * worker can go on from there.
 */
final class PointTraining implements TrainingListener {

    private static final Logger log = LoggerFactory.getLogger(PointTraining.class);
    private static final int FORMAT = 2;
    /** Cost of a test sample, that of a training sample being 1. */
    private static final double TEST = 1.0 / 3;

    private final SurrogateSpec surrogateSpec;
    private final String device;
    private final long seed;
    private final Samples train;
    private final Samples test;
    private final StepBudget budget;
    private final RunListener listener;
    private final Checkpoints checkpoints;

    private Surrogate surrogate;
    private TrainingPosition position = TrainingPosition.START;
    private double accuracy = Double.NaN;
    private double trainSeconds;
    private double testSeconds;
    private long steps;
    private boolean enough;
    /** Samples since {@code since}. */
    private long cost;

    private long since;

    @SuppressWarnings("NullAway.Init") // the surrogate is there before anything asks for it
    PointTraining(
            SurrogateSpec surrogateSpec,
            String device,
            long seed,
            Samples train,
            Samples test,
            StepBudget budget,
            RunListener listener,
            Checkpoints checkpoints) {
        this.surrogateSpec = surrogateSpec;
        this.device = device;
        this.seed = seed;
        this.train = train;
        this.test = test;
        this.budget = budget;
        this.listener = listener;
        this.checkpoints = checkpoints;
    }

    /** @param tests [classes] test samples by class */
    PointRun.Outcome run(SurrogateEngine engine, int[] tests) {
        try (Surrogate started = start(engine)) {
            surrogate = started;
            trainToTheEnd();
            PointRun run = new PointRun(steps, trainSeconds, test());
            return new PointRun.Outcome(
                    run, position.epoch(), accuracy, run.accuracy(tests), trainSeconds + testSeconds);
        }
    }

    private void trainToTheEnd() {
        since = System.nanoTime();
        if (steps < budget.steps() && position.epoch() < budget.spec().epochs()) {
            try {
                surrogate.train(train, budget.spec(), seed, position, this);
            } catch (TrainingStoppedException e) {
                if (!enough) {
                    throw e;
                }
                requireFinite();
            }
        }
        settle();
    }

    /** The training looks after each epoch; one that breaks off within is looked at here. */
    private void requireFinite() {
        for (float weight : surrogate.weights()) {
            if (!Float.isFinite(weight)) {
                throw new TrainingDivergedException(
                        position.epoch() + 1, steps - 1, budget.spec().learningRateAt(steps - 1, train.size()));
            }
        }
    }

    @Override
    public boolean stopRequested() {
        return enough || listener.stopRequested();
    }

    @Override
    public void afterBatch(TrainingBatch batch) {
        steps = batch.step() + 1;
        enough = steps >= budget.steps();
        cost += batch.size();
        listener.through(Phase.TRAIN, batch.size());
        progress(Phase.TRAIN, batch.epoch(), share());
    }

    @Override
    public void afterEpoch(EpochSummary epoch) {
        standAt(TrainingPosition.after(epoch.epoch()));
        enough = steps >= budget.steps();
        accuracy = epoch.accuracy();
        settle();
        save();
    }

    @Override
    public void stoppedAt(TrainingPosition at) {
        if (!enough && listener.goesOnLater()) {
            standAt(at);
            settle();
            save();
        }
    }

    private void standAt(TrainingPosition at) {
        position = at;
        steps = (long) at.epoch() * budget.spec().stepsPerEpoch(train.size()) + at.steps();
    }

    private void save() {
        checkpoints.save(position.epoch(), out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(FORMAT);
            position.write(data);
            data.writeDouble(accuracy);
            data.writeDouble(trainSeconds);
            data.flush();
            surrogate.writeState(out);
        });
    }

    private void settle() {
        long now = System.nanoTime();
        trainSeconds += (now - since) / 1e9;
        since = now;
        cost = 0;
    }

    private double share() {
        double trained = (double) Math.min(steps, budget.steps()) / budget.steps();
        double testCost = TEST * test.size();
        double trainCost = (double) budget.steps() * Math.min(budget.spec().batchSize(), train.size());
        return trained * trainCost / (trainCost + testCost);
    }

    private void progress(Phase phase, int epoch, double fraction) {
        double seconds = Math.max(1e-3, (System.nanoTime() - since) / 1e9);
        listener.progress(new RunProgress(phase, epoch, fraction, cost / seconds));
    }

    /** [classes] test samples classified right. */
    private int[] test() {
        int classes = test.classes();
        int[] correct = new int[classes];
        cost = 0;
        double before = share();
        surrogate.forward(test, 0, test.size(), false, new ForwardListener() {
            @Override
            public void batch(ForwardBatch batch) {
                for (int i = 0; i < batch.size(); i++) {
                    int label = batch.labels()[i];
                    if (argmax(batch.logits(), i * classes, classes) == label) {
                        correct[label]++;
                    }
                }
                cost += batch.size();
                listener.through(Phase.SCORE, batch.size());
                progress(Phase.SCORE, position.epoch(), before + (1 - before) * cost / test.size());
            }

            @Override
            public boolean stopRequested() {
                return listener.stopRequested();
            }
        });
        testSeconds = (System.nanoTime() - since) / 1e9;
        return correct;
    }

    /** The class of the highest logit, ties to the smaller class. */
    private static int argmax(float[] logits, int from, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (logits[from + c] > logits[from + best]) {
                best = c;
            }
        }
        return best;
    }

    /** A surrogate as the newest readable checkpoint has it, or a fresh one. */
    private Surrogate start(SurrogateEngine engine) {
        for (Checkpoints.Saved saved : checkpoints.saved()) {
            Surrogate resumedSurrogate = engine.initialise(surrogateSpec, device, seed);
            try (InputStream in = saved.open()) {
                DataInputStream data = new DataInputStream(in);
                if (data.readInt() != FORMAT) {
                    throw new IOException("it is of another version");
                }
                TrainingPosition at = TrainingPosition.read(data);
                double lastAccuracy = data.readDouble();
                double spent = data.readDouble();
                resumedSurrogate.readState(in);
                standAt(at);
                accuracy = lastAccuracy;
                trainSeconds = spent;
                return resumedSurrogate;
            } catch (IOException e) {
                log.warn("a checkpoint cannot be read, trying the one before it: {}", e.toString());
                resumedSurrogate.close();
            } catch (RuntimeException e) {
                resumedSurrogate.close();
                throw e;
            }
        }
        return engine.initialise(surrogateSpec, device, seed);
    }
}
