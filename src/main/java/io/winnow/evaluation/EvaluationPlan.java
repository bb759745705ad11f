package io.winnow.evaluation;

import io.winnow.job.JobRequest.Training;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * An evaluation as it is stored: the request, the points that follow from it and what was known when it came.
 *
 * @param device as {@code epochs} and {@code training} of the request: the engine reads them of all kinds of jobs
 * @param tests [classes] test samples by class
 * @param samples N
 * @param scoringSeconds device-seconds of the jobs that made the score sets, where they are known
 */
record EvaluationPlan(
        String device,
        int epochs,
        Training training,
        EvaluationRequest request,
        List<Point> points,
        int samples,
        int[] tests,
        Map<UUID, Double> scoringSeconds) {

    /** Runs go repetition by repetition, so that the whole picture is there early. */
    int runOf(int point, int repetition) {
        return repetition * points.size() + point;
    }

    Point pointOf(int run) {
        return points.get(run % points.size());
    }

    int repetitionOf(int run) {
        return run / points.size();
    }

    List<Long> seeds() {
        return IntStream.range(0, points.size() * request.runs())
                .mapToObj(run -> PointSeeds.training(request.seed(), pointOf(run), repetitionOf(run)))
                .toList();
    }
}
