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
 * Gradient norm of the last linear layer alone: ‖p − y‖₂ · √(‖h‖² + 1) with h its input, the 1 only with a bias. Highest is
 * hardest, kept first. The shortcut that most libraries call GraNd, kept for comparison with {@code grand}.
 *
 * <p>Cost: shares the run's forward pass of each epoch of {@code scoreAt}; N floats an epoch.
 */
@Component
final class GrandLast implements ScoringMethod {

    @Override
    public String id() {
        return "grand-last";
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

        private final LogSoftmax softmax;
        private final double biasInput;

        Fold(RunContext run) {
            super(run);
            this.softmax = new LogSoftmax(run.classes());
            this.biasInput = run.lastLayerBias() ? 1 : 0;
        }

        @Override
        public void snapshot(int epoch, ForwardBatch batch) {
            float[] target = scores(epoch);
            float[] embeddings = Objects.requireNonNull(batch.embeddings(), "embeddings were asked for");
            int size = batch.embeddingSize();
            for (int i = 0; i < batch.size(); i++) {
                double squares = biasInput;
                for (int d = i * size; d < (i + 1) * size; d++) {
                    squares += (double) embeddings[d] * embeddings[d];
                }
                double error =
                        softmax.read(batch.logits(), i * softmax.classes()).errorNorm(batch.labels()[i]);
                target[batch.from() + i] = (float) (error * Math.sqrt(squares));
            }
        }
    }
}
