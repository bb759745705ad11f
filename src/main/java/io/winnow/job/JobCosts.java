package io.winnow.job;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What a job took, and when that pays. What a training on fewer samples saves is reckoned in proportion to the samples from the
 * trainings of the job's own runs, of as many epochs; an evaluation measures it.
 *
 * @param deviceSeconds wall time of all runs
 * @param trainingSeconds of these spent on training, {@code scoringSeconds} on passes
 * @param savings empty when nothing was trained
 */
public record JobCosts(double deviceSeconds, double trainingSeconds, double scoringSeconds, List<Saving> savings) {

    private static final double[] RATIOS = {0.1, 0.3, 0.5, 0.7, 0.9};

    /**
     * @param ratio kept
     * @param secondsSaved by each training on that fraction against one on all samples
     * @param retrainingsUntilItPays the number of such trainings after which more is saved than the job took
     */
    public record Saving(double ratio, double secondsSaved, long retrainingsUntilItPays) {}

    /** What a run keeps of its times. */
    record RunSeconds(double trainingSeconds, double scoringSeconds) {}

    static JobCosts of(Collection<RunSeconds> runs) {
        double training = runs.stream().mapToDouble(RunSeconds::trainingSeconds).sum();
        double scoring = runs.stream().mapToDouble(RunSeconds::scoringSeconds).sum();
        double all = training + scoring;
        double one = training / Math.max(1, runs.size());
        return new JobCosts(
                all,
                training,
                scoring,
                one == 0
                        ? List.of()
                        : Arrays.stream(RATIOS)
                                .mapToObj(ratio -> new Saving(
                                        ratio, one * (1 - ratio), (long) Math.ceil(all / (one * (1 - ratio)))))
                                .toList());
    }
}
