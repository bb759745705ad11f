package io.winnow.job;

import java.time.Instant;
import java.util.List;

/**
 * What a job will take on one worker, from a few timed batches.
 *
 * @param trainingSeconds of all runs
 * @param scoringSeconds of all runs: every pass beside the training, accuracies included
 * @param totalSeconds the sum; several workers share it
 * @param memoryBytes that a run takes beyond an idle worker
 * @param methods what each method's passes take by themselves; methods that share a pass take less together. Empty for jobs
 *     that do not score
 * @param device that was timed
 * @param basis where the numbers come from
 */
public record Estimate(
        double trainingSeconds,
        double scoringSeconds,
        double totalSeconds,
        long memoryBytes,
        List<MethodEstimate> methods,
        String device,
        Basis basis) {

    public record MethodEstimate(String method, double seconds) {}

    /**
     * @param worker that timed the batches
     * @param measuredAt when it did
     */
    public record Basis(String worker, Instant measuredAt) {}
}
