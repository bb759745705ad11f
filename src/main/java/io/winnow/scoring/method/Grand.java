package io.winnow.scoring.method;

import io.winnow.scoring.Agreement;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.Samples;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Gradient norm: ‖∇_w ℓ(w; x, y)‖₂ over all trainable parameters – weights, biases, scale and shift of batch normalisation.
 * Highest is hardest, kept first. Paul, Ganguli and Dziugaite, “Deep Learning on a Data Diet”, NeurIPS 2021, Definition
 * 2.1.
 *
 * <p>Exact, in evaluation mode. Cost: one pass of per-sample gradients for each epoch of {@code scoreAt}; N floats an
 * epoch. At initialisation it mostly follows the norm of the input (Kirsch, “Does ‘Deep Learning on a Data Diet’
 * reproduce?”, 2023), so that epoch's scores carry a warning and their correlation with the input norm.
 */
@Component
final class Grand implements ScoringMethod {

    @Override
    public String id() {
        return "grand";
    }

    @Override
    public Keeps keeps() {
        return Keeps.HIGHEST;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SNAPSHOT_GRADIENTS);
    }

    @Override
    public List<String> warnings(int epoch) {
        return epoch == 0
                ? List.of(
                        "grand at initialisation follows the norm of the input and was measured to prune no better than random (see docs/findings.md);"
                                + " score after some epochs instead (scoreAt)")
                : List.of();
    }

    @Override
    public ScoreFold begin(RunContext run) {
        return new Fold(run);
    }

    private static final class Fold extends SnapshotFold {

        private final Samples train;

        Fold(RunContext run) {
            super(run);
            this.train = run.train();
        }

        @Override
        public void gradients(int epoch, GradientBatch batch) {
            float[] target = scores(epoch);
            for (int i = 0; i < batch.size(); i++) {
                target[batch.from() + i] = (float) Math.sqrt(batch.squaredNorms()[i]);
            }
        }

        @Override
        public Map<String, Double> facts(int epoch) {
            if (epoch != 0) {
                return Map.of();
            }
            Double correlation = Agreement.pearson(scores(epoch), InputNorms.of(train));
            return correlation == null ? Map.of() : Map.of("inputNormCorrelation", correlation);
        }
    }
}
