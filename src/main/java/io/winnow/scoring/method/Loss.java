package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Loss: the cross-entropy −ln p_y in nats, at least 0. Highest is hardest, kept first. The baseline that needs no theory.
 *
 * <p>Cost: shares the run's forward pass of each epoch of {@code scoreAt}; N floats an epoch.
 */
@Component
final class Loss implements ScoringMethod {

    @Override
    public String id() {
        return "loss";
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
        return new SoftmaxFold(run, (p, label) -> -p.logProbability(label));
    }
}
