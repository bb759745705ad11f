package io.winnow.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ten epochs of five steps. */
class LearningRateScheduleTests {

    private static double factor(LearningRateSchedule schedule, long step) {
        return schedule.factor(step, 5, 50);
    }

    @Test
    void constantStaysAtThePeak() {
        assertThat(factor(new LearningRateSchedule.Constant(), 0)).isEqualTo(1);
        assertThat(factor(new LearningRateSchedule.Constant(), 49)).isEqualTo(1);
    }

    @Test
    void stepFallsAtTheStartOfTheEpochAfterEachMilestone() {
        LearningRateSchedule schedule = new LearningRateSchedule.Step(List.of(2, 4), 0.1);

        assertThat(factor(schedule, 9)).isEqualTo(1);
        assertThat(factor(schedule, 10)).isCloseTo(0.1, within(1e-12));
        assertThat(factor(schedule, 19)).isCloseTo(0.1, within(1e-12));
        assertThat(factor(schedule, 20)).isCloseTo(0.01, within(1e-12));
    }

    @Test
    void cosineFallsFromThePeakThroughTheHalf() {
        LearningRateSchedule schedule = new LearningRateSchedule.Cosine();

        assertThat(factor(schedule, 0)).isEqualTo(1);
        assertThat(factor(schedule, 25)).isCloseTo(0.5, within(1e-12));
        assertThat(factor(schedule, 49)).isCloseTo((1 - Math.cos(Math.PI / 50)) / 2, within(1e-12));
    }

    @Test
    void warmUpRisesLinearlyAndThenLeavesTheOtherAlone() {
        LearningRateSchedule schedule = new LearningRateSchedule.WarmUp(2, new LearningRateSchedule.Constant());

        assertThat(factor(schedule, 0)).isCloseTo(0.1, within(1e-12));
        assertThat(factor(schedule, 4)).isCloseTo(0.5, within(1e-12));
        assertThat(factor(schedule, 9)).isEqualTo(1);
        assertThat(factor(schedule, 30)).isEqualTo(1);
    }

    @Test
    void aTrainingCountsARaggedLastBatchAsAStep() {
        TrainingSpec spec =
                new TrainingSpec(3, 32, 0.4, 0.9, true, 0, new LearningRateSchedule.Cosine(), Augmentation.NONE);

        assertThat(spec.stepsPerEpoch(65)).isEqualTo(3);
        assertThat(spec.totalSteps(65)).isEqualTo(9);
        assertThat(spec.learningRateAt(0, 65)).isEqualTo(0.4);
    }
}
