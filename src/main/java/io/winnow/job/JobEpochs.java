package io.winnow.job;

import io.winnow.scoring.RunScores.EpochAccuracy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the trainings of a job went, epoch by epoch.
 *
 * @param runs that have ended an epoch, in their order, also those at work
 */
public record JobEpochs(List<RunEpochs> runs) {

    /** @param run number from 0 */
    public record RunEpochs(int run, List<RunEpoch> epochs) {}

    /**
     * @param epoch from 1
     * @param trainAccuracy at the training visits
     * @param testAccuracy null without a test split
     */
    public record RunEpoch(
            int epoch,
            @Nullable Double trainAccuracy,
            @Nullable Double testAccuracy) {}

    static JobEpochs of(Map<Integer, List<EpochAccuracy>> histories) {
        List<RunEpochs> runs = new ArrayList<>();
        histories.forEach((run, history) -> runs.add(
                new RunEpochs(run, history.stream().map(JobEpochs::epoch).toList())));
        return new JobEpochs(runs);
    }

    private static RunEpoch epoch(EpochAccuracy accuracy) {
        return new RunEpoch(accuracy.epoch(), finite(accuracy.train()), finite(accuracy.test()));
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
