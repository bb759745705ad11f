package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Difficulty and uncertainty: with p̂_k the probability of the label at a sample's k-th visit in training, the mean over all
 * windows of J successive visits of std · (1 − mean), the std with J − 1. Highest is kept first. Cho et al., “Lightweight
 * Dataset Pruning without Full Training via Example Difficulty and Prediction Uncertainty”, ICML 2025.
 *
 * <p>Reads the training batches (training mode, augmented), so it costs no pass; 4 J + 12 bytes a sample. J is the option
 * {@code window}, or the number of epochs where there are fewer.
 */
@Component
final class Dual implements ScoringMethod {

    @Override
    public String id() {
        return "dual";
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
        return new WindowFold(run, (mean, std) -> std * (1 - mean));
    }
}
