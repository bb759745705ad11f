package io.winnow.scoring;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run found.
 *
 * @param methods one entry per method and epoch
 * @param labels [N] the classes that the samples were trained with
 * @param classes number of classes
 * @param predicted [N] the class that the trained network predicts (evaluation mode where a snapshot was taken after the
 *     last epoch, else at the last training visit); null when no method needed a training on all samples
 * @param history accuracies by epoch; empty when no method needed a training on all samples
 * @param trainingSeconds wall time of training; {@code scoringSeconds} of all passes
 */
public record RunScores(
        List<MethodScores> methods,
        int[] labels,
        int classes,
        int @Nullable [] predicted,
        List<EpochAccuracy> history,
        double trainingSeconds,
        double scoringSeconds) {

    /**
     * @param epoch the epoch the scores were taken after; the last for methods over the whole trajectory
     * @param scores [N], finite
     * @param facts what the method tells beside the scores
     */
    public record MethodScores(String method, int epoch, float[] scores, Map<String, Double> facts) {}

    /**
     * @param train accuracy at the training visits
     * @param test accuracy on the test split in evaluation mode; NaN without one
     */
    public record EpochAccuracy(int epoch, double train, double test) {}
}
