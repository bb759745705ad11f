package io.winnow.scoring.run;

import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunRequest;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import org.jspecify.annotations.Nullable;

/**
 * A surrogate of its own for each of {@code chunks} random parts of the samples, trained on the part and asked for stages on
 * the part. Together they cost as much as one more training; the other methods of the run don't see them.
 */
final class PartTrainings {

    private final RunTools tools;
    private final Plan plan;
    private final Meter meter;
    private final RunState state;

    /** @param state where the trainings begin or go on; moves with them */
    PartTrainings(RunTools tools, RunState state) {
        this.tools = tools;
        this.plan = tools.plan();
        this.meter = tools.meter();
        this.state = state;
    }

    /** @param atWork the surrogate of the part that was broken off, which is closed here; null when none was */
    void run(@Nullable Surrogate atWork) {
        RunRequest request = plan.request();
        int[][] parts = Parts.of(request);
        int first = Math.max(1, state.part());
        for (int part = first; part <= parts.length; part++) {
            state.enterPart(part);
            try (Surrogate surrogate = part == first && atWork != null
                    ? atWork
                    : tools.savepoints().initialise(part)) {
                train(surrogate, parts[part - 1], Savepoints.seed(request, part));
            }
        }
    }

    private void train(Surrogate surrogate, int[] positions, long seed) {
        RunRequest request = plan.request();
        PartSamples samples = new PartSamples(request.train(), positions);
        RunPasses passes = new RunPasses(tools, surrogate, samples, state.part());
        Stages stages = new Stages(tools, passes, samples.size(), positions, seed, state);
        enterTraining();
        surrogate.train(samples, request.training(), seed, state.position(), new TrainingListener() {

            @Override
            public boolean stopRequested() {
                return meter.stopRequested();
            }

            @Override
            public void beforeStep(long step, double learningRate) {
                if (stages.takeBefore(step, learningRate)) {
                    enterTraining();
                }
            }

            @Override
            public void afterBatch(TrainingBatch batch) {
                meter.done(batch.size(), Plan.TRAINING);
            }

            @Override
            public void afterEpoch(EpochSummary done) {
                state.trainedOnPart(done.epoch());
                tools.savepoints().save(state, surrogate);
                enterTraining();
            }

            @Override
            public void stoppedAt(TrainingPosition at) {
                tools.savepoints().stopped(at, state, surrogate);
            }
        });
        stages.finish();
    }

    private void enterTraining() {
        meter.enter(Phase.TRAIN, Math.min(state.epoch() + 1, plan.epochs()));
    }
}
