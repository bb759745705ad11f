package io.winnow.dynamics;

import io.winnow.dynamics.SampleGroups.Group;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import java.util.BitSet;

/**
 * How wrong a network is on groups of samples, in evaluation mode.
 *
 * @param errors [groups] share of the samples that are classified wrong; of equal logits the first class counts
 * @param losses [groups] mean cross-entropy, in nats
 */
record GroupErrors(double[] errors, double[] losses) {

    /** One pass over all samples. */
    static GroupErrors measure(
            Surrogate surrogate, Samples samples, SampleGroups groups, StudyProgress progress, int epoch) {
        Seen seen = new Seen(samples.size(), samples.classes(), progress, epoch);
        surrogate.forward(samples, 0, samples.size(), false, seen);
        double[] errors = new double[groups.size()];
        double[] losses = new double[groups.size()];
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.groups().get(g);
            int wrong = 0;
            double loss = 0;
            for (int member : group.members()) {
                wrong += seen.wrong.get(member) ? 1 : 0;
                loss += seen.losses[member];
            }
            errors[g] = (double) wrong / group.members().length;
            losses[g] = loss / group.members().length;
        }
        return new GroupErrors(errors, losses);
    }

    /** What a pass tells of each sample. */
    private static final class Seen implements ForwardListener {

        private final BitSet wrong;
        private final double[] losses;
        private final int classes;
        private final StudyProgress progress;
        private final int epoch;

        Seen(int samples, int classes, StudyProgress progress, int epoch) {
            this.wrong = new BitSet(samples);
            this.losses = new double[samples];
            this.classes = classes;
            this.progress = progress;
            this.epoch = epoch;
        }

        @Override
        public boolean stopRequested() {
            return progress.stopRequested();
        }

        @Override
        public void batch(ForwardBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                int label = batch.labels()[i];
                wrong.set(batch.from() + i, top(batch.logits(), i * classes) != label);
                losses[batch.from() + i] = loss(batch.logits(), i * classes, label);
            }
            progress.passed(Phase.SCORE, epoch, batch.size(), StudyProgress.FORWARD * batch.size());
        }

        private int top(float[] logits, int row) {
            int top = 0;
            for (int k = 1; k < classes; k++) {
                top = logits[row + k] > logits[row + top] ? k : top;
            }
            return top;
        }

        /** log Σ_k exp(z_k) − z_y, without overflow. */
        private double loss(float[] logits, int row, int label) {
            double most = logits[row + top(logits, row)];
            double sum = 0;
            for (int k = 0; k < classes; k++) {
                sum += Math.exp(logits[row + k] - most);
            }
            return Math.log(sum) + most - logits[row + label];
        }
    }
}
