package io.winnow.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.scoring.RunListener.Phase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as users see it, at one moment.
 *
 * @param request complete with defaults
 * @param runResults the runs that are done, in their order
 * @param createdBy the caller who asked for it: {@code key:<name>} or {@code jwt:<subject>}; null without credentials
 * @param estimate what it was foreseen to take; null in lists and while no worker has timed its network
 * @param costs what it took and when that pays, once it has succeeded
 * @param labelNoise how well the methods found spoilt labels, when the job spoilt some and has succeeded
 */
public record JobView(
        UUID id,
        JobStatus status,
        JobRequest request,
        Progress progress,
        List<ScoreSetRef> scoreSets,
        List<RunResult> runResults,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable NoiseReport labelNoise,
        @Nullable Estimate estimate,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JobCosts costs,
        @Nullable JobError error,
        @Nullable String createdBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt)
        implements JobState {

    /**
     * How far the job is. With several workers, {@code run} and what follows it tell of the lowest run at work.
     *
     * @param fraction share of the work of all runs that is done, in [0, 1]
     * @param run number of a run at work, from 0; null when none is
     * @param epoch epoch of that run, from 1; 0 before its training
     * @param trainAccuracy of that run, at the visits of its last whole epoch; null before the first has ended
     * @param testAccuracy after that epoch; null without a test split too
     * @param samplesPerSecond of all runs at work together, in their present phases
     * @param secondsLeft estimate from the pace of the runs while they are at work, see {@link TimeLeft}; null while there is
     *     nothing to go by
     */
    public record Progress(
            double fraction,
            int runsDone,
            int runs,
            @Nullable Integer run,
            @Nullable Integer epoch,
            int epochs,
            @Nullable Phase phase,
            @Nullable Double trainAccuracy,
            @Nullable Double testAccuracy,
            @Nullable Double samplesPerSecond,
            @Nullable Long secondsLeft) {}

    /**
     * @param run number from 0
     * @param trainAccuracy at the visits of the last epoch; null when nothing was trained
     * @param testAccuracy null without a test split
     * @param seconds wall time of training and passes
     * @param attempts how often it was begun
     * @param worker who did it
     */
    public record RunResult(
            int run,
            long seed,
            @Nullable Double trainAccuracy,
            @Nullable Double testAccuracy,
            @Nullable Double seconds,
            int attempts,
            @Nullable String worker) {}

    static JobView of(JobRecord job, @Nullable Estimate estimate) {
        ScoringKind.Result result = job.result(ScoringKind.Result.class);
        ScoringKind.Result found = result == null ? ScoringKind.Result.NONE : result;
        return new JobView(
                job.id(),
                job.status(),
                job.request(JobRequest.class),
                job.progress(),
                found.scoreSets(),
                job.runResults(),
                found.labelNoise(),
                estimate,
                found.costs(),
                job.error(),
                job.createdBy(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt());
    }

    static List<RunResult> results(List<Run> runs) {
        return runs.stream()
                .filter(run -> run.status() == Run.Status.SUCCEEDED)
                .map(JobView::result)
                .toList();
    }

    static Progress progress(Job job, List<Run> runs) {
        boolean running = job.status() == JobStatus.RUNNING;
        double fraction = runs.stream().mapToDouble(Run::fraction).sum() / job.runs();
        Run current = runs.stream()
                .filter(run -> running && run.status() == Run.Status.RUNNING)
                .findFirst()
                .orElse(null);
        double rate = runs.stream()
                .filter(run -> run.status() == Run.Status.RUNNING && run.samplesPerSecond() != null)
                .mapToDouble(Run::samplesPerSecond)
                .sum();
        return new Progress(
                Math.min(1, fraction),
                (int) runs.stream()
                        .filter(run -> run.status() == Run.Status.SUCCEEDED)
                        .count(),
                job.runs(),
                current == null ? null : current.key().number(),
                current == null ? null : current.epoch(),
                job.basics().epochs(),
                current == null ? null : current.phase(),
                current == null ? null : current.trainAccuracy(),
                current == null ? null : current.testAccuracy(),
                current == null || rate == 0 ? null : rate,
                TimeLeft.seconds(job.status(), runs));
    }

    private static RunResult result(Run run) {
        return new RunResult(
                run.key().number(),
                run.seed(),
                run.trainAccuracy(),
                run.testAccuracy(),
                run.seconds(),
                run.attempts(),
                run.worker());
    }
}
