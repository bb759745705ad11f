package io.winnow.scoring.run;

import io.winnow.scoring.Need;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.scoring.ScoreFold;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The training on all samples, with the snapshots and stages that the methods need on its way. */
final class WholeTraining implements TrainingListener {

    private final Plan plan;
    private final RunRequest request;
    private final Surrogate surrogate;
    private final RunState state;
    private final RunTools tools;
    private final Meter meter;
    private final List<ScoreFold> trajectories;
    private final Predictions predictions;
    private final Snapshots snapshots;
    private final @Nullable Stages stages;

    /** @param state where the training begins or goes on; moves with it */
    WholeTraining(RunTools tools, Surrogate surrogate, RunState state) {
        this.tools = tools;
        this.plan = tools.plan();
        this.request = plan.request();
        this.surrogate = surrogate;
        this.state = state;
        this.meter = tools.meter();
        this.trajectories = state.folds().needing(Need.TRAINING_LOGITS);
        this.predictions = Objects.requireNonNull(state.predictions(), "a training on all samples predicts");
        RunPasses passes = new RunPasses(tools, surrogate, request.train(), RunState.WHOLE);
        this.snapshots = new Snapshots(tools, passes, state.folds(), predictions);
        this.stages =
                plan.takesStages() ? new Stages(tools, passes, plan.samples(), null, request.seed(), state) : null;
    }

    void run() {
        if (!state.scored()) {
            score();
        }
        meter.enter(Phase.TRAIN, Math.min(state.epoch() + 1, plan.epochs()));
        surrogate.train(request.train(), request.training(), request.seed(), state.position(), this);
        if (stages != null) {
            stages.finish();
        }
        predictions.complete(surrogate);
    }

    @Override
    public boolean stopRequested() {
        return meter.stopRequested();
    }

    @Override
    public void beforeStep(long step, double learningRate) {
        if (stages != null && stages.takeBefore(step, learningRate)) {
            meter.enter(Phase.TRAIN, state.epoch() + 1);
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
        state.trained(new EpochAccuracy(epoch.epoch(), epoch.accuracy(), testAccuracy(epoch.epoch())));
        meter.trained(state.history());
        score();
        meter.enter(Phase.TRAIN, Math.min(epoch.epoch() + 1, plan.epochs()));
    }

    @Override
    public void stoppedAt(TrainingPosition at) {
        tools.savepoints().stopped(at, state, surrogate);
    }

    /** Takes the snapshot of this epoch if it was asked for; one that is broken off costs no training. */
    private void score() {
        int epoch = state.epoch();
        boolean asked = plan.takesSnapshots() && request.scoreAt().contains(epoch);
        if (asked) {
            if (epoch > 0) {
                tools.savepoints().save(state, surrogate);
            }
            snapshots.take(epoch);
        }
        state.snapshotTaken();
        if (asked || epoch > 0) {
            tools.savepoints().save(state, surrogate);
        }
    }

    private double testAccuracy(int epoch) {
        Samples test = request.test();
        if (test == null) {
            return Double.NaN;
        }
        meter.enter(Phase.SCORE, epoch);
        int[] right = {0};
        Passes passes = new Passes(surrogate, test, tools.range(), tools.limits(), this);
        meter.wholeOrNothing(() -> passes.forward(0, test.size(), false, batch -> {
            right[0] += Predictions.right(batch, test.classes());
            meter.done(batch.size(), Plan.FORWARD);
        }));
        return (double) right[0] / test.size();
    }
}
