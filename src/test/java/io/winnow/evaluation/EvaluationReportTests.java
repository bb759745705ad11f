package io.winnow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.evaluation.EvaluationReport.Costs;
import io.winnow.evaluation.EvaluationReport.PointReport;
import io.winnow.job.JobRequest.Schedule;
import io.winnow.job.JobRequest.Training;
import io.winnow.job.NetworkTimings.NetworkTiming;
import io.winnow.scoring.PassCosts;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.TrainingSpec;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EvaluationReportTests {

    private static final UUID SET = new UUID(0, 1);
    private static final Point FULL = new Point(null, null, 0, "full", Map.of(), BigDecimal.ONE, 1_000);
    private static final Point RANDOM = new Point(null, null, 0, "random", Map.of(), new BigDecimal("0.3"), 300);
    private static final Point LITTLE = new Point(SET, "el2n", 0, "top", Map.of(), new BigDecimal("0.1"), 100);
    private static final Point SOME = new Point(SET, "el2n", 0, "top", Map.of(), new BigDecimal("0.3"), 300);
    private static final EvaluationPlan PLAN = plan(0.5, Map.of(SET, 25.0));

    @Test
    void tellsMeansByPointAndClass() {
        PointReport some = report(PLAN, runs()).points().get(3);
        assertThat(some.accuracy().runs()).containsExactly(0.85, 0.89);
        assertThat(some.accuracy().mean()).isCloseTo(0.87, within(1e-12));
        assertThat(some.classAccuracy()).containsExactly(0.94, 0.80, null);
        assertThat(some.gain().mean()).isCloseTo(0.02, within(1e-12));
        assertThat(some.gain().low()).isLessThan(0.02);
    }

    @Test
    void showsWhatIsThereBeforeAllRunsAreDone() {
        Map<Integer, PointRun> first = new LinkedHashMap<>();
        first.put(3, runs().get(3));
        EvaluationReport early = report(PLAN, first);
        assertThat(early.points()).hasSize(1);
        assertThat(early.points().get(0).gain())
                .as("nothing to compare with yet")
                .isNull();
        assertThat(early.points().get(0).costs()).isNull();
        assertThat(early.smallestRatios()).isEmpty();
    }

    @Test
    void findsTheSmallestRatioWithinTheTolerance() {
        assertThat(report(PLAN, runs()).smallestRatios())
                .extracting(smallest -> smallest.policy() + " " + smallest.ratio())
                .containsExactly("random null", "top null");
        assertThat(report(plan(3, Map.of()), runs()).smallestRatios())
                .extracting(smallest -> smallest.policy() + " " + smallest.ratio())
                .containsExactly("random null", "top 0.3");
    }

    @Test
    void reckonsWhenScoringPays() {
        Costs costs = report(PLAN, runs()).points().get(3).costs();
        assertThat(costs.trainSeconds()).isEqualTo(10);
        assertThat(costs.retrainSeconds()).as("3 of 10 steps an epoch").isCloseTo(3, within(1e-12));
        assertThat(costs.secondsSaved()).isCloseTo(7, within(1e-12));
        assertThat(costs.retrainingsUntilItPays()).as("25 seconds of scoring").isEqualTo(4);
        Costs unknown = report(plan(0.5, Map.of()), runs()).points().get(3).costs();
        assertThat(unknown.scoringSeconds()).isNull();
        assertThat(unknown.retrainingsUntilItPays()).isNull();
        assertThat(report(PLAN, runs()).points().get(0).costs().retrainingsUntilItPays())
                .as("all samples save nothing")
                .isNull();
    }

    @Test
    void foreseesTheTimeOfAllTrainingsAndTests() {
        NetworkTiming timing = new NetworkTiming(new PassCosts(0.01, 0.001, 1, 1, 1), "cpu", null);
        EvaluationEstimate fixed = EvaluationEstimate.of(PLAN, whole(), timing);
        assertThat(fixed.points()).isEqualTo(4);
        assertThat(fixed.trainings()).isEqualTo(8);
        assertThat(fixed.totalSeconds())
                .as("50 steps of 100 samples and 100 tests each")
                .isCloseTo(8 * (50 + 0.1), within(1e-9));
        EvaluationEstimate epochs = EvaluationEstimate.of(plan(0.5, Map.of(), "epochs"), whole(), timing);
        assertThat(epochs.totalSeconds()).isCloseTo(2 * (5 * 1_700 * 0.01 + 4 * 0.1), within(1e-9));
        EvaluationEstimate unknown = EvaluationEstimate.of(PLAN, whole(), new NetworkTiming(null, null, "why"));
        assertThat(unknown.totalSeconds()).isNull();
        assertThat(unknown.reason()).isEqualTo("why");
    }

    private static TrainingSpec whole() {
        return PLAN.request().training().spec(5, new SampleShape(1, 28, 28));
    }

    private static EvaluationReport report(EvaluationPlan plan, Map<Integer, PointRun> runs) {
        return EvaluationReport.of(plan, runs);
    }

    /** Two repetitions of four points; 50 test samples of each of two classes, none of the third. */
    private static Map<Integer, PointRun> runs() {
        int[][] correct = {{46, 44}, {43, 41}, {30, 20}, {46, 39}, {45, 43}, {44, 42}, {31, 21}, {48, 41}};
        Map<Integer, PointRun> runs = new LinkedHashMap<>();
        for (int run = 0; run < correct.length; run++) {
            runs.put(run, new PointRun(50, 10, new int[] {correct[run][0], correct[run][1], 0}));
        }
        return runs;
    }

    private static EvaluationPlan plan(double tolerance, Map<UUID, Double> scoringSeconds) {
        return plan(tolerance, scoringSeconds, "fixed");
    }

    private static EvaluationPlan plan(double tolerance, Map<UUID, Double> scoringSeconds, String steps) {
        Training training = new Training("sgd", 100, 0.1, 0.9, true, 0, new Schedule("cosine", null, null, 0), "none");
        EvaluationRequest request = new EvaluationRequest(
                "d",
                "m",
                List.of(SET),
                List.of(Map.of("policy", "top")),
                List.of(),
                2,
                5,
                steps,
                tolerance,
                1,
                training,
                null,
                "auto",
                0);
        return new EvaluationPlan(
                "auto",
                5,
                training,
                request,
                List.of(FULL, RANDOM, LITTLE, SOME),
                1_000,
                new int[] {50, 50, 0},
                scoringSeconds);
    }
}
