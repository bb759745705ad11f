package io.winnow.scoring.run;

import io.winnow.scoring.Need;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.scoring.ScoreFold;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The training on all samples, with the snapshots and stages that the methods need on its way. */
final class WholeTraining implements TrainingListener {

    private final Plan plan;
    private final RunRequest request;
    private final Surrogate surrogate;
    private final Meter meter;
    private final Folds folds;
    private final List<ScoreFold> trajectories;
    private final Predictions predictions;
    private final Snapshots snapshots;
    private final @Nullable Stages stages;
    private final List<EpochAccuracy> history = new ArrayList<>();

    private WholeTraining(Plan plan, Surrogate surrogate, Meter meter, Clock clock) {
        this.plan = plan;
        this.request = plan.request();
        this.surrogate = surrogate;
        this.meter = meter;
        this.folds = new Folds(plan, lastLayerHasBias(surrogate));
        this.trajectories = folds.needing(Need.TRAINING_LOGITS);
        this.predictions = new Predictions(request.train());
        this.snapshots = new Snapshots(plan, surrogate, folds, predictions, meter, clock);
        this.stages = plan.takesStages()
                ? new Stages(plan, surrogate, request.train(), null, request.seed(), folds, meter, clock)
                : null;
    }

    static Result run(SurrogateEngine engine, Plan plan, Meter meter, Clock clock) {
        RunRequest request = plan.request();
        try (Surrogate surrogate = engine.initialise(request.surrogate(), request.device(), request.seed())) {
            return new WholeTraining(plan, surrogate, meter, clock).run();
        }
    }

    private Result run() {
        snapshotIfAsked(0);
        meter.enter(Phase.TRAIN, 1);
        surrogate.train(request.train(), request.training(), request.seed(), 0, this);
        if (stages != null) {
            stages.finish();
        }
        return new Result(folds, predictions.complete(surrogate), history);
    }

    @Override
    public boolean stopRequested() {
        return meter.stopRequested();
    }

    @Override
    public void beforeStep(long step, double learningRate) {
        if (stages != null && stages.takeBefore(step, learningRate)) {
            meter.enter(Phase.TRAIN, history.size() + 1);
        }
    }

    @Override
    public void afterBatch(TrainingBatch batch) {
        for (ScoreFold fold : trajectories) {
            fold.training(batch);
        }
        predictions.training(batch);
        meter.done(batch.size(), Plan.TRAINING);
    }

    @Override
    public void afterEpoch(EpochSummary epoch) {
        history.add(new EpochAccuracy(epoch.epoch(), epoch.accuracy(), testAccuracy(epoch.epoch())));
        snapshotIfAsked(epoch.epoch());
        meter.enter(Phase.TRAIN, Math.min(epoch.epoch() + 1, plan.epochs()));
    }

    private void snapshotIfAsked(int epoch) {
        if (plan.takesSnapshots() && request.scoreAt().contains(epoch)) {
            snapshots.take(epoch);
        }
    }

    private double testAccuracy(int epoch) {
        if (request.test() == null) {
            return Double.NaN;
        }
        meter.enter(Phase.SCORE, epoch);
        int[] right = {0};
        Passes.forward(
                surrogate,
                request.test(),
                false,
                meter,
                batch -> right[0] += Predictions.right(batch, request.test().classes()));
        return (double) right[0] / request.test().size();
    }

    /** A bias is the one vector among the parameters after the last matrix. */
    private static boolean lastLayerHasBias(Surrogate surrogate) {
        List<ParameterInfo> parameters = surrogate.parameters();
        return parameters.get(parameters.size() - 1).shape().size() == 1;
    }

    /**
     * @param predicted [N], or null when nothing was trained
     */
    record Result(Folds folds, int @Nullable [] predicted, List<EpochAccuracy> history) {

        static Result none(Plan plan) {
            return new Result(new Folds(plan, false), null, List.of());
        }
    }
}
