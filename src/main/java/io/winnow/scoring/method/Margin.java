package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Margin: the highest probability minus the second highest, p₍₁₎ − p₍₂₎, in [0, 1]. Lowest is least certain, kept first;
 * the label plays no part. Named in Guo, Zhao and Bai, “DeepCore”, DEXA 2022.
 *
 * <p>Cost: shares the run's forward pass of each epoch of {@code scoreAt}; N floats an epoch.
 */
@Component
final class Margin implements ScoringMethod {

    @Override
    public String id() {
        return "margin";
    }

    @Override
    public Keeps keeps() {
        return Keeps.LOWEST;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SNAPSHOT_LOGITS);
    }

    @Override
    public ScoreFold begin(RunContext run) {
        return new SoftmaxFold(run, (p, label) -> p.lead());
    }
}
