package io.winnow.dynamics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.dynamics.KernelVelocity.Measured;
import io.winnow.dynamics.ModeConnectivity.Fork;
import io.winnow.job.RunOutcome;
import io.winnow.scoring.RunScores.EpochAccuracy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a study found, as it is stored.
 *
 * @param groups in the order of the rows below
 * @param forks of a study of mode connectivity
 * @param kernels of a study of kernels
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StudyFound(
        List<GroupHead> groups,
        @Nullable List<Fork> forks,
        @Nullable List<Measured> kernels) {

    /**
     * @param size samples of the group
     * @param samples those of them that kernels are of; null in a study without
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record GroupHead(
            String name, String kind, int size, @Nullable Integer samples) {}

    /**
     * A run as the engine keeps it.
     *
     * @param epochs trained, by the network that was trained last
     * @param accuracy of the last epoch, at its visits
     */
    record Outcome(StudyFound document, int epochs, double accuracy, double seconds) implements RunOutcome {

        @Override
        public List<EpochAccuracy> history() {
            return List.of(new EpochAccuracy(epochs, accuracy, Double.NaN));
        }
    }
}
