package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.surrogate.ForwardBatch;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Distance to the prototype: ‖h − μ_y‖₂, h the input of the last linear layer and μ_y its mean over the samples with the
 * label y. Highest is least typical of its class, kept first. Sorscher et al., “Beyond neural scaling laws”, NeurIPS 2022,
 * §5, with the labels as clusters (“supervised prototypes”).
 *
 * <p>Cost: shares the run's forward pass of each epoch of {@code scoreAt} for the means and needs a second one for the
 * distances; N floats an epoch and C · D doubles.
 */
@Component
final class Prototype implements ScoringMethod {

    @Override
    public String id() {
        return "prototype";
    }

    @Override
    public Keeps keeps() {
        return Keeps.HIGHEST;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SNAPSHOT_LOGITS, Need.SNAPSHOT_EMBEDDINGS);
    }

    @Override
    public ScoreFold begin(RunContext run) {
        return new Fold(run);
    }

    private static final class Fold extends SnapshotFold {

        private final int samples;
        private final int classes;
        /** [C · D] sums while the first pass runs, means from its end on; empty between snapshots. */
        private double[] means = {};

        private int[] counts = {};
        private int read;

        Fold(RunContext run) {
            super(run);
            this.samples = run.samples();
            this.classes = run.classes();
        }

        @Override
        public void snapshot(int epoch, ForwardBatch batch) {
            float[] embeddings = Objects.requireNonNull(batch.embeddings(), "embeddings were asked for");
            if (read < samples) {
                sum(embeddings, batch);
            } else {
                measure(scores(epoch), embeddings, batch);
            }
            read += batch.size();
            if (read == samples) {
                divide(batch.embeddingSize());
            } else if (read == 2 * (long) samples) {
                read = 0;
                means = new double[0];
            }
        }

        @Override
        public boolean needsSecondPass(int epoch) {
            return read == samples;
        }

        private void sum(float[] embeddings, ForwardBatch batch) {
            int size = batch.embeddingSize();
            if (read == 0) {
                means = new double[classes * size];
                counts = new int[classes];
            }
            for (int i = 0; i < batch.size(); i++) {
                int label = batch.labels()[i];
                counts[label]++;
                for (int d = 0; d < size; d++) {
                    means[label * size + d] += embeddings[i * size + d];
                }
            }
        }

        private void divide(int size) {
            for (int i = 0; i < means.length; i++) {
                means[i] /= Math.max(1, counts[i / size]);
            }
        }

        private void measure(float[] target, float[] embeddings, ForwardBatch batch) {
            int size = batch.embeddingSize();
            for (int i = 0; i < batch.size(); i++) {
                int mean = batch.labels()[i] * size;
                double squares = 0;
                for (int d = 0; d < size; d++) {
                    double difference = embeddings[i * size + d] - means[mean + d];
                    squares += difference * difference;
                }
                target[batch.from() + i] = (float) Math.sqrt(squares);
            }
        }
    }
}
