package io.winnow.dynamics;

import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;

/**
 * How wrong a network is on samples, in evaluation mode.
 *
 * @param error share of all samples that are classified wrong; of equal logits the first class counts
 * @param loss mean cross-entropy of all samples, in nats
 * @param errors [groups] the same by group; NaN for a group without samples
 * @param losses [groups]
 */
public record GroupErrors(double error, double loss, double[] errors, double[] losses) {

    /** One pass over all samples. */
    static GroupErrors measure(Surrogate surrogate, Samples samples, SampleGroups groups, StopSignal stop) {
        Sums sums = new Sums(groups, samples.classes(), stop);
        surrogate.forward(samples, 0, samples.size(), false, sums);
        return sums.means();
    }

    /** The error and the loss of one group, or of all samples for {@link SampleGroups#NONE}. */
    double errorOf(int group) {
        return group == SampleGroups.NONE ? error : errors[group];
    }

    double lossOf(int group) {
        return group == SampleGroups.NONE ? loss : losses[group];
    }

    /** What adds up over a pass; the last place is that of all samples. */
    private static final class Sums implements ForwardListener {

        private final SampleGroups groups;
        private final int classes;
        private final StopSignal stop;
        private final long[] counts;
        private final long[] wrong;
        private final double[] losses;

        Sums(SampleGroups groups, int classes, StopSignal stop) {
            this.groups = groups;
            this.classes = classes;
            this.stop = stop;
            int places = groups.names().size() + 1;
            this.counts = new long[places];
            this.wrong = new long[places];
            this.losses = new double[places];
        }

        @Override
        public boolean stopRequested() {
            return stop.stopRequested();
        }

        @Override
        public void batch(ForwardBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                int label = batch.labels()[i];
                boolean missed = top(batch.logits(), i * classes) != label;
                double loss = loss(batch.logits(), i * classes, label);
                add(counts.length - 1, missed, loss);
                int group = groups.groupOf()[batch.from() + i];
                if (group != SampleGroups.NONE) {
                    add(group, missed, loss);
                }
            }
        }

        private void add(int place, boolean missed, double loss) {
            counts[place]++;
            wrong[place] += missed ? 1 : 0;
            losses[place] += loss;
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

        GroupErrors means() {
            int all = counts.length - 1;
            double[] errors = new double[all];
            double[] means = new double[all];
            for (int group = 0; group < all; group++) {
                errors[group] = (double) wrong[group] / counts[group];
                means[group] = losses[group] / counts[group];
            }
            return new GroupErrors((double) wrong[all] / counts[all], losses[all] / counts[all], errors, means);
        }
    }
}
