package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Dynamic uncertainty: with p̂_k the probability of the label at a sample's k-th visit in training, the mean over all windows
 * of J successive visits of their standard deviation √(Σ_j (p̂_{k+j} − mean)² / (J − 1)). Highest is kept first. He et al.,
 * “Large-scale Dataset Pruning with Dynamic Uncertainty”, CVPR workshops 2024.
 *
 * <p>Reads the training batches (training mode, augmented), so it costs no pass; 4 J + 12 bytes a sample. J is the option
 * {@code window}, or the number of epochs where there are fewer.
 */
@Component
final class DynamicUncertainty implements ScoringMethod {

    @Override
    public String id() {
        return "dynamic-uncertainty";
    }

    @Override
    public Keeps keeps() {
        return Keeps.HIGHEST;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.TRAINING_LOGITS);
    }

    @Override
    public ScoreFold begin(RunContext run) {
        return new WindowFold(run, (mean, std) -> std);
    }
}
