package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Error norm: ‖p(w, x) − onehot(y)‖₂, in [0, √2]. Highest is hardest, kept first. Paul, Ganguli and Dziugaite, “Deep
 * Learning on a Data Diet”, NeurIPS 2021, Definition 2.3.
 *
 * <p>Cost: shares the run's forward pass of each epoch of {@code scoreAt}; N floats an epoch.
 */
@Component
final class El2n implements ScoringMethod {

    @Override
    public String id() {
        return "el2n";
    }

    @Override
    public Keeps keeps() {
        return Keeps.HIGHEST;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SNAPSHOT_LOGITS);
    }

    @Override
    public ScoreFold begin(RunContext run) {
        return new SoftmaxFold(run, LogSoftmax::errorNorm);
    }
}
