package io.winnow.scoring.method;

import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.surrogate.TrainingBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The fold of the methods that look at windows of J successive visits of a sample: the mean over the windows of a formula of
 * their mean and standard deviation. Keeps the last J probabilities of each sample, not the trajectory.
 */
final class WindowFold implements ScoreFold {

    private final Formula formula;
    private final LogSoftmax softmax;
    private final int window;
    /** [N · J], the visit v of a sample at v mod J. */
    private final float[] recent;

    private final int[] visits;
    private final double[] sums;

    WindowFold(RunContext run, Formula formula) {
        this.formula = formula;
        this.softmax = new LogSoftmax(run.classes());
        this.window = Math.min(run.options().window(), run.epochs());
        this.recent = new float[Math.multiplyExact(run.samples(), window)];
        this.visits = new int[run.samples()];
        this.sums = new double[run.samples()];
    }

    @Override
    public void training(TrainingBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            int sample = batch.positions()[i];
            softmax.read(batch.logits(), i * softmax.classes());
            recent[sample * window + visits[sample] % window] = (float) softmax.probability(batch.labels()[i]);
            visits[sample]++;
            if (visits[sample] >= window) {
                sums[sample] += ofRecent(sample, window);
            }
        }
    }

    /** The formula of the sample's last {@code count} visits, 0 for fewer than two. */
    private double ofRecent(int sample, int count) {
        if (count < 2) {
            return 0;
        }
        double mean = 0;
        for (int i = sample * window; i < sample * window + count; i++) {
            mean += recent[i];
        }
        mean /= count;
        double squares = 0;
        for (int i = sample * window; i < sample * window + count; i++) {
            squares += (recent[i] - mean) * (recent[i] - mean);
        }
        return formula.score(mean, Math.sqrt(squares / (count - 1)));
    }

    /** A sample that was left out of an epoch and so never filled a window is scored by the visits that it had. */
    @Override
    public float[] scores(int epoch) {
        float[] scores = new float[sums.length];
        for (int i = 0; i < scores.length; i++) {
            int windows = visits[i] - window + 1;
            scores[i] = (float) (windows > 0 ? sums[i] / windows : ofRecent(i, visits[i]));
        }
        return scores;
    }

    @Override
    public void save(DataOutput out) throws IOException {
        State.write(out, recent);
        State.write(out, visits);
        State.write(out, sums);
    }

    @Override
    public void restore(DataInput in) throws IOException {
        State.read(in, recent);
        State.read(in, visits);
        State.read(in, sums);
    }

    /** What a window counts. */
    @FunctionalInterface
    interface Formula {

        double score(double mean, double std);
    }
}
