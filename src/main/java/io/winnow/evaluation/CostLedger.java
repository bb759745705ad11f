package io.winnow.evaluation;

import io.winnow.evaluation.EvaluationReport.Costs;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** When scoring pays: what it took, and what each training on fewer samples saves. */
final class CostLedger {

    private CostLedger() {}

    static Costs of(EvaluationPlan plan, Point point, List<PointRun> runs, List<PointRun> full) {
        double seconds = seconds(runs);
        double retrain = seconds * steps(plan, point) / runs.get(0).steps();
        double saved = seconds(full) - retrain;
        Double scoring = scoring(plan, point.scoreSet());
        boolean all = point.policy().equals(Point.FULL);
        return new Costs(
                seconds,
                retrain,
                all ? 0 : saved,
                scoring,
                all || scoring == null || saved <= 0 ? null : (long) Math.ceil(scoring / saved));
    }

    /** Optimizer steps of as many epochs on the point as the request has on all samples. */
    private static double steps(EvaluationPlan plan, Point point) {
        int batch = plan.request().training().batchSize();
        return (double) ((point.size() + batch - 1) / batch) * plan.request().epochs();
    }

    private static double seconds(List<PointRun> runs) {
        return runs.stream().mapToDouble(PointRun::trainSeconds).average().orElse(0);
    }

    private static @Nullable Double scoring(EvaluationPlan plan, @Nullable UUID scoreSet) {
        return scoreSet == null ? Double.valueOf(0) : plan.scoringSeconds().get(scoreSet);
    }
}
