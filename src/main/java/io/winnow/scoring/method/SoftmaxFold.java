package io.winnow.scoring.method;

import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.surrogate.ForwardBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The fold of the methods whose score of a sample is a formula of its softmax in one snapshot. */
final class SoftmaxFold implements ScoreFold {

    private final Formula formula;
    private final LogSoftmax softmax;
    private final EpochScores scores;

    SoftmaxFold(RunContext run, Formula formula) {
        this.formula = formula;
        this.softmax = new LogSoftmax(run.classes());
        this.scores = new EpochScores(run.samples());
    }

    @Override
    public void snapshot(int epoch, ForwardBatch batch) {
        float[] target = scores.at(epoch);
        for (int i = 0; i < batch.size(); i++) {
            softmax.read(batch.logits(), i * softmax.classes());
            target[batch.from() + i] = (float) formula.score(softmax, batch.labels()[i]);
        }
    }

    @Override
    public float[] scores(int epoch) {
        return scores.at(epoch);
    }

    @Override
    public void save(DataOutput out) throws IOException {
        scores.save(out);
    }

    @Override
    public void restore(DataInput in) throws IOException {
        scores.restore(in);
    }

    /** One sample's score. */
    @FunctionalInterface
    interface Formula {

        double score(LogSoftmax p, int label);
    }
}
