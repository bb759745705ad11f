package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.Stage;
import io.winnow.surrogate.GradientBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Moving-one-sample-out: how much the loss on the others would rise had the sample not been trained on, to first order. The
 * mean over sampled stages t of (T/N) · η_t · ∇L(S∖z, w_t) · ∇ℓ(z, w_t), with T optimizer steps in all. Highest is kept
 * first. Tan et al., “Data Pruning via Moving-one-Sample-out”, NeurIPS 2023, Proposition 1.
 *
 * <p>With ḡ the mean gradient over all N samples and g_z the sample's own, ∇L(S∖z) · g_z = (N ḡ·g_z − ‖g_z‖²) / (N − 1);
 * both terms come from one pass. The only sample of a training has no others and scores 0.
 *
 * <p>Exact over the parameters of {@code scope}, in evaluation mode. Cost: a pass for ḡ and one for both terms at each of
 * {@code stages} stages; 16 bytes a sample. With {@code chunks} above 1, a further training on each part of the samples, and
 * N, T, ḡ are the part's.
 */
@Component
final class Moso implements ScoringMethod {

    @Override
    public String id() {
        return "moso";
    }

    @Override
    public Keeps keeps() {
        return Keeps.HIGHEST;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.GRADIENT_STAGES);
    }

    @Override
    public ScoreFold begin(RunContext run) {
        return new Fold(run);
    }

    private static final class Fold implements ScoreFold {

        private final double[] sums;
        /** Of the stage at work. */
        private final double[] terms;

        Fold(RunContext run) {
            this.sums = new double[run.samples()];
            this.terms = new double[run.samples()];
        }

        @Override
        public void stage(Stage stage, GradientBatch batch) {
            if (stage.size() == 1) {
                return;
            }
            float[] dots = Objects.requireNonNull(batch.dots(), "a stage gives the mean gradient's direction");
            double n = stage.size();
            double factor = stage.totalSteps() / n * stage.learningRate() / stage.stages();
            for (int i = 0; i < batch.size(); i++) {
                double leaveOneOut = (n * dots[i] - batch.squaredNorms()[i]) / (n - 1);
                terms[stage.sample(batch.from() + i)] = factor * leaveOneOut;
            }
        }

        @Override
        public void stageDone() {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += terms[i];
                terms[i] = 0;
            }
        }

        @Override
        public float[] scores(int epoch) {
            float[] scores = new float[sums.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (float) sums[i];
            }
            return scores;
        }

        @Override
        public void save(DataOutput out) throws IOException {
            State.write(out, sums);
        }

        @Override
        public void restore(DataInput in) throws IOException {
            State.read(in, sums);
        }
    }
}
