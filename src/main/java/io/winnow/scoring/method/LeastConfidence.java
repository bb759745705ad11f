package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Least confidence: 1 − max_c p_c, in [0, 1 − 1/C]. Highest is least certain, kept first; the label plays no part. Named
 * in Guo, Zhao and Bai, “DeepCore”, DEXA 2022.
 *
 * <p>Cost: shares the run's forward pass of each epoch of {@code scoreAt}; N floats an epoch.
 */
@Component
final class LeastConfidence implements ScoringMethod {

    @Override
    public String id() {
        return "least-confidence";
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
        return new SoftmaxFold(run, (p, label) -> p.doubt(p.top()));
    }
}
