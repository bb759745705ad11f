package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.surrogate.TrainingBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Area under the margin: the mean over a sample's visits in training of f_y − max_{j≠y} f_j. Lowest is hardest or wrongly
 * labelled, kept first. Pleiss et al., “Identifying Mislabeled Data using the Area Under the Margin Ranking”, NeurIPS 2020,
 * equations 1 and 2.
 *
 * <p>Reads the training batches (training mode, augmented), so it costs no pass; 12 bytes a sample.
 */
@Component
final class Aum implements ScoringMethod {

    @Override
    public String id() {
        return "aum";
    }

    @Override
    public Keeps keeps() {
        return Keeps.LOWEST;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.TRAINING_LOGITS);
    }

    @Override
    public ScoreFold begin(RunContext run) {
        return new Fold(run);
    }

    private static final class Fold implements ScoreFold {

        private final int classes;
        private final double[] sums;
        private final int[] visits;

        Fold(RunContext run) {
            this.classes = run.classes();
            this.sums = new double[run.samples()];
            this.visits = new int[run.samples()];
        }

        @Override
        public void training(TrainingBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                int sample = batch.positions()[i];
                sums[sample] += Logits.margin(batch.logits(), i * classes, classes, batch.labels()[i]);
                visits[sample]++;
            }
        }

        @Override
        public float[] scores(int epoch) {
            float[] scores = new float[sums.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (float) (sums[i] / Math.max(1, visits[i]));
            }
            return scores;
        }

        @Override
        public void save(DataOutput out) throws IOException {
            State.write(out, sums);
            State.write(out, visits);
        }

        @Override
        public void restore(DataInput in) throws IOException {
            State.read(in, sums);
            State.read(in, visits);
        }
    }
}
