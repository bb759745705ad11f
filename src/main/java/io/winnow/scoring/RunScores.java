package io.winnow.scoring;

import java.util.List;
import java.util.Map;

/**
 * What one run found.
 *
 * @param methods one entry per method and epoch
 * @param predicted [N] the class that the trained network predicts (evaluation mode where a snapshot was taken, else at the
 *     last training visit)
 * @param history accuracies by epoch
 * @param trainingSeconds wall time of training; {@code scoringSeconds} of all passes
 */
public record RunScores(
        List<MethodScores> methods,
        int[] predicted,
        List<EpochAccuracy> history,
        double trainingSeconds,
        double scoringSeconds) {

    /**
     * @param epoch the epoch the scores were taken after; the last for methods over the whole trajectory
     * @param scores [N]
     */
    public record MethodScores(String method, int epoch, float[] scores, Map<String, Double> facts) {}

    /**
     * @param train accuracy at the training visits
     * @param test accuracy on the test split in evaluation mode; NaN without one
     */
    public record EpochAccuracy(int epoch, double train, double test) {}
}
