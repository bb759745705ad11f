package io.winnow.scoring.method;

import io.winnow.scoring.RunContext;
import io.winnow.surrogate.ForwardBatch;

/** The fold of the methods whose score of a sample is a formula of its softmax in one snapshot. */
final class SoftmaxFold extends SnapshotFold {

    private final Formula formula;
    private final LogSoftmax softmax;

    SoftmaxFold(RunContext run, Formula formula) {
        super(run);
        this.formula = formula;
        this.softmax = new LogSoftmax(run.classes());
    }

    @Override
    public void snapshot(int epoch, ForwardBatch batch) {
        float[] target = scores(epoch);
        for (int i = 0; i < batch.size(); i++) {
            softmax.read(batch.logits(), i * softmax.classes());
            target[batch.from() + i] = (float) formula.score(softmax, batch.labels()[i]);
        }
    }

    /** One sample's score. */
    @FunctionalInterface
    interface Formula {

        double score(LogSoftmax p, int label);
    }
}
