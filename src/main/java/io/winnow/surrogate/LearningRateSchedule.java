package io.winnow.surrogate;

import java.util.List;

/** The learning rate over training, as a factor of the peak learning rate. A warm-up rises linearly to the first step. */
public interface LearningRateSchedule {

    /**
     * The factor of one step.
     *
     * @param step 0-based optimizer step
     * @param stepsPerEpoch steps of one epoch
     * @param totalSteps steps of the whole training
     * @return a factor in [0, 1]
     */
    double factor(long step, int stepsPerEpoch, long totalSteps);

    /** Always the peak. */
    record Constant() implements LearningRateSchedule {
        @Override
        public double factor(long step, int stepsPerEpoch, long totalSteps) {
            return 1;
        }
    }

    /** Multiplied by {@code gamma} at the start of each epoch in {@code milestones} (0-based count of epochs done). */
    record Step(List<Integer> milestones, double gamma) implements LearningRateSchedule {
        @Override
        public double factor(long step, int stepsPerEpoch, long totalSteps) {
            long epochsDone = step / stepsPerEpoch;
            long passed = milestones.stream().filter(m -> m <= epochsDone).count();
            return Math.pow(gamma, passed);
        }
    }

    /** Half a cosine from the peak to zero over all steps: (1 + cos(π · step / totalSteps)) / 2. */
    record Cosine() implements LearningRateSchedule {
        @Override
        public double factor(long step, int stepsPerEpoch, long totalSteps) {
            return 0.5 * (1 + Math.cos(Math.PI * step / totalSteps));
        }
    }

    /** A linear rise over the first {@code epochs} epochs, (step + 1) / warm-up steps, times what {@code then} says. */
    record WarmUp(double epochs, LearningRateSchedule then) implements LearningRateSchedule {
        @Override
        public double factor(long step, int stepsPerEpoch, long totalSteps) {
            double rise = Math.min(1, (step + 1) / Math.max(1, epochs * stepsPerEpoch));
            return rise * then.factor(step, stepsPerEpoch, totalSteps);
        }
    }
}
