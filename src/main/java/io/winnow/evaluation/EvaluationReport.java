package io.winnow.evaluation;

import io.winnow.platform.Statistics;
import io.winnow.platform.Statistics.Difference;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of an evaluation show, as far as they are done. Accuracies are fractions in [0, 1] on the whole test split.
 *
 * @param points those with at least one run
 * @param smallestRatios for each score set and policy the smallest ratio whose mean accuracy is within the tolerance of that on
 *     all samples
 */
public record EvaluationReport(List<PointReport> points, List<SmallestRatio> smallestRatios) {

    /**
     * @param scoreSet null for random samples and for all
     * @param policy also {@code random} and {@code full}
     * @param parameters of the policy, as they were given
     * @param size samples trained on
     * @param classAccuracy mean by class; null where the test split has none of a class
     * @param gain over random samples at the same ratio; null for those themselves and for all samples
     * @param steps optimizer steps of a training
     * @param costs what scoring costs and saves here; null until all samples were trained on
     */
    public record PointReport(
            @Nullable UUID scoreSet,
            @Nullable String method,
            String policy,
            Map<String, String> parameters,
            BigDecimal ratio,
            int size,
            Accuracy accuracy,
            List<@Nullable Double> classAccuracy,
            @Nullable Gain gain,
            long steps,
            @Nullable Costs costs) {

        Point.Line line() {
            return new Point.Line(scoreSet, method, policy, parameters);
        }
    }

    /**
     * @param std over the runs, with n − 1; null for one run
     * @param margin half the width of the 95 % interval of the mean, by Student's t; null for one run
     * @param runs in their order
     */
    public record Accuracy(
            double mean, @Nullable Double std, @Nullable Double margin, double[] runs) {}

    /**
     * @param mean difference of the mean accuracies
     * @param low of its 95 % interval by Welch, as {@code high}; null for one run
     */
    public record Gain(
            double mean, @Nullable Double low, @Nullable Double high) {}

    /**
     * @param trainSeconds of one training as it was made, mean over the runs
     * @param retrainSeconds of a training of as many epochs as on all samples, from {@code trainSeconds} by its steps
     * @param secondsSaved by each such training against one on all samples
     * @param scoringSeconds device-seconds of the job that made the score set; 0 without scores, null where it is not known
     * @param retrainingsUntilItPays the number of such trainings after which more is saved than scoring took; null for never,
     *     or where that is not known
     */
    public record Costs(
            double trainSeconds,
            double retrainSeconds,
            double secondsSaved,
            @Nullable Double scoringSeconds,
            @Nullable Long retrainingsUntilItPays) {}

    /** @param ratio null where no ratio is within the tolerance but 1 */
    public record SmallestRatio(
            @Nullable UUID scoreSet,
            @Nullable String method,
            String policy,
            Map<String, String> parameters,
            @Nullable BigDecimal ratio) {}

    /** @param runs what is done, by number of the run */
    static EvaluationReport of(EvaluationPlan plan, Map<Integer, PointRun> runs) {
        Map<Point, List<PointRun>> done = new LinkedHashMap<>();
        for (int p = 0; p < plan.points().size(); p++) {
            int point = p;
            List<PointRun> ofPoint = IntStream.range(0, plan.request().runs())
                    .mapToObj(repetition -> runs.get(plan.runOf(point, repetition)))
                    .filter(Objects::nonNull)
                    .toList();
            if (!ofPoint.isEmpty()) {
                done.put(plan.points().get(p), ofPoint);
            }
        }
        Map<BigDecimal, double[]> random = new LinkedHashMap<>();
        done.forEach((point, of) -> {
            if (point.policy().equals(Point.RANDOM)) {
                random.put(point.ratio(), accuracies(plan, of));
            }
        });
        List<PointRun> full = done.getOrDefault(plan.points().get(0), List.of());
        List<PointReport> reports = new ArrayList<>();
        done.forEach((point, of) -> reports.add(report(plan, point, of, random.get(point.ratio()), full)));
        return new EvaluationReport(
                reports, full.isEmpty() ? List.of() : smallest(plan, reports, Statistics.mean(accuracies(plan, full))));
    }

    private static PointReport report(
            EvaluationPlan plan, Point point, List<PointRun> runs, double @Nullable [] random, List<PointRun> full) {
        double[] accuracies = accuracies(plan, runs);
        boolean compared = point.scoreSet() != null && random != null;
        return new PointReport(
                point.scoreSet(),
                point.method(),
                point.policy(),
                point.parameters(),
                point.ratio(),
                point.size(),
                new Accuracy(
                        Statistics.mean(accuracies),
                        Statistics.std(accuracies),
                        Statistics.margin(accuracies),
                        accuracies),
                byClass(plan.tests(), runs),
                compared ? gain(Difference.of(accuracies, Objects.requireNonNull(random))) : null,
                runs.get(0).steps(),
                full.isEmpty() ? null : CostLedger.of(plan, point, runs, full));
    }

    private static Gain gain(Difference difference) {
        return new Gain(difference.mean(), difference.low(), difference.high());
    }

    private static double[] accuracies(EvaluationPlan plan, List<PointRun> runs) {
        return runs.stream().mapToDouble(run -> run.accuracy(plan.tests())).toArray();
    }

    private static List<@Nullable Double> byClass(int[] tests, List<PointRun> runs) {
        List<@Nullable Double> means = new ArrayList<>();
        for (int c = 0; c < tests.length; c++) {
            int label = c;
            double right = runs.stream()
                    .mapToInt(run -> run.correct()[label])
                    .average()
                    .orElse(0);
            means.add(tests[c] == 0 ? null : right / tests[c]);
        }
        return means;
    }

    private static List<SmallestRatio> smallest(EvaluationPlan plan, List<PointReport> reports, double full) {
        double least = full - plan.request().tolerance() / 100;
        Map<Point.Line, List<PointReport>> lines = new LinkedHashMap<>();
        reports.stream()
                .filter(report -> !report.policy().equals(Point.FULL))
                .forEach(report -> lines.computeIfAbsent(report.line(), line -> new ArrayList<>())
                        .add(report));
        List<SmallestRatio> smallest = new ArrayList<>();
        lines.forEach((line, points) -> smallest.add(new SmallestRatio(
                line.scoreSet(),
                line.method(),
                line.policy(),
                line.parameters(),
                points.stream()
                        .filter(point -> point.accuracy().mean() >= least)
                        .map(PointReport::ratio)
                        .min(Comparator.naturalOrder())
                        .orElse(null))));
        return smallest;
    }
}
