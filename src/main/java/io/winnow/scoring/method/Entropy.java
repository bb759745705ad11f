package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Entropy: −Σ_c p_c ln p_c in nats, in [0, ln C]. Highest is least certain, kept first; the label plays no part. Named in
 * Guo, Zhao and Bai, “DeepCore”, DEXA 2022; “uncertainty” of Ayed and Hayou, 2023.
 *
 * <p>Cost: shares the run's forward pass of each epoch of {@code scoreAt}; N floats an epoch.
 */
@Component
final class Entropy implements ScoringMethod {

    @Override
    public String id() {
        return "entropy";
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
        return new SoftmaxFold(run, (p, label) -> p.entropy());
    }
}
