package io.winnow.evaluation;

import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.TrainingSpec;

/**
 * How long a point is trained. With a fixed number of steps, T = epochs · ⌈N/B⌉, each point makes as many as the training on
 * all samples, at the same learning rates, and goes over its samples as often as that takes; the last epoch breaks off at T.
 *
 * @param spec of the training; its epochs are those of the point
 * @param steps after which the training ends
 */
record StepBudget(TrainingSpec spec, long steps) {

    /**
     * As the request asks for it.
     *
     * @param whole the training on all samples
     * @param samples N
     * @param size samples of the point
     */
    static StepBudget of(EvaluationRequest request, TrainingSpec whole, int samples, int size) {
        return request.steps().equals(EvaluationRequest.FIXED) ? fixed(whole, samples, size) : epochs(whole, size);
    }

    /**
     * @param whole the training on all samples
     * @param samples N
     * @param size samples of the point
     */
    static StepBudget fixed(TrainingSpec whole, int samples, int size) {
        long steps = whole.totalSteps(samples);
        int each = whole.stepsPerEpoch(size);
        LearningRateSchedule schedule = new AsOnAll(whole.schedule(), whole.stepsPerEpoch(samples), steps);
        return new StepBudget(with(whole, Math.toIntExact((steps + each - 1) / each), schedule), steps);
    }

    /** As many epochs as on all samples. */
    static StepBudget epochs(TrainingSpec whole, int size) {
        return new StepBudget(whole, whole.totalSteps(size));
    }

    private static TrainingSpec with(TrainingSpec whole, int epochs, LearningRateSchedule schedule) {
        return new TrainingSpec(
                epochs,
                whole.batchSize(),
                whole.learningRate(),
                whole.momentum(),
                whole.nesterov(),
                whole.weightDecay(),
                schedule,
                whole.augmentation());
    }

    /** The learning rate that a step has in the training on all samples. */
    record AsOnAll(LearningRateSchedule schedule, int stepsPerEpoch, long totalSteps) implements LearningRateSchedule {

        @Override
        public double factor(long step, int ignoredStepsPerEpoch, long ignoredTotalSteps) {
            return schedule.factor(Math.min(step, totalSteps - 1), stepsPerEpoch, totalSteps);
        }
    }
}
