package io.winnow.job;

import io.winnow.scoring.RunScores.EpochAccuracy;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a run found. It is kept only under the fence of the claim that it was found under. */
public interface RunOutcome {

    /** Accuracies by epoch; empty when nothing was trained. */
    List<EpochAccuracy> history();

    /** Wall time of its training and passes. */
    double seconds();

    /** What is stored as JSON with the run; null for nothing. */
    default @Nullable Object document() {
        return null;
    }

    /** Stores what is no document, in the transaction that ends the run; a second call for the same run changes nothing. */
    default void keep(UUID job, int run) {}
}
