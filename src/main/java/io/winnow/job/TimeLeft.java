package io.winnow.job;

import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How long a job still takes: the work left, at the pace of the runs at work, or else of those that are done, over as many as
 * are at work now. Time in which nobody worked – a queue, a restart, a dead worker – is in none of these.
 */
final class TimeLeft {

    private static final double LEAST_TO_ESTIMATE_FROM = 0.005;
    private static final double SHORTEST_TO_ESTIMATE_FROM = 1;

    private TimeLeft() {}

    /** Whole seconds; null while there is nothing to go by. */
    static @Nullable Long seconds(JobStatus status, List<Run> runs) {
        if (status.ended()) {
            return 0L;
        }
        OptionalDouble secondsOfARun = paces(runs);
        if (secondsOfARun.isEmpty()) {
            return null;
        }
        double left = runs.stream().mapToDouble(run -> 1 - run.fraction()).sum();
        long atWork =
                runs.stream().filter(run -> run.status() == Run.Status.RUNNING).count();
        return Math.max(0, Math.round(left * secondsOfARun.getAsDouble() / Math.max(1, atWork)));
    }

    /** Seconds that one run takes. */
    private static OptionalDouble paces(List<Run> runs) {
        double done = 0;
        double seconds = 0;
        for (Run run : runs) {
            if (run.status() == Run.Status.RUNNING && run.pacedFraction() != null && run.pacedSeconds() != null) {
                done += run.pacedFraction();
                seconds += run.pacedSeconds();
            }
        }
        if (done >= LEAST_TO_ESTIMATE_FROM && seconds >= SHORTEST_TO_ESTIMATE_FROM) {
            return OptionalDouble.of(seconds / done);
        }
        return runs.stream()
                .filter(run -> run.status() == Run.Status.SUCCEEDED && run.seconds() != null)
                .mapToDouble(Run::seconds)
                .average();
    }
}
