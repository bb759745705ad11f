package io.winnow.evaluation;

import io.winnow.job.NetworkTimings.NetworkTiming;
import io.winnow.scoring.PassCosts;
import io.winnow.surrogate.TrainingSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation would take on one worker; several share the time.
 *
 * @param points sets of samples to train on
 * @param trainings of all points together
 * @param totalSeconds of all trainings and tests; null when no worker has timed the network in time
 * @param device that was timed; null likewise
 * @param reason why there is no time
 */
public record EvaluationEstimate(
        int points,
        int trainings,
        @Nullable Double totalSeconds,
        @Nullable String device,
        @Nullable String reason) {

    /** @param whole the training on all samples */
    static EvaluationEstimate of(EvaluationPlan plan, TrainingSpec whole, NetworkTiming timing) {
        int points = plan.points().size();
        int trainings = points * plan.request().runs();
        PassCosts costs = timing.costs();
        if (costs == null) {
            return new EvaluationEstimate(points, trainings, null, null, timing.reason());
        }
        double tests = Arrays.stream(plan.tests()).asLongStream().sum() * costs.forward();
        double once = 0;
        for (Point point : plan.points()) {
            once += visits(plan, whole, point.size()) * costs.training() + tests;
        }
        return new EvaluationEstimate(points, trainings, once * plan.request().runs(), timing.device(), null);
    }

    /** Samples that go through the steps of a training, the last batch of an epoch being a smaller one. */
    private static double visits(EvaluationPlan plan, TrainingSpec whole, int size) {
        StepBudget budget = StepBudget.of(plan.request(), whole, plan.samples(), size);
        return (double) budget.steps() * size / budget.spec().stepsPerEpoch(size);
    }
}
