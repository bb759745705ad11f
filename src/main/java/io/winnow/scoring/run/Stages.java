package io.winnow.scoring.run;

import io.winnow.scoring.Need;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.Seeds;
import io.winnow.scoring.Stage;
import io.winnow.surrogate.TrainingSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stages of one training: at sampled steps, the mean gradient and then every sample's gradient along it. */
final class Stages {

    private final Plan plan;
    private final Meter meter;
    private final Clock clock;
    private final RunPasses passes;
    private final int size;
    private final int @Nullable [] positions;
    private final List<ScoreFold> readers;
    private final long[] steps;
    private final RunState state;

    /**
     * @param size number of samples that the surrogate is trained on
     * @param positions [size] the run's sample at each position; null when they are all of them
     * @param seed of this training
     * @param state counts the stages that are taken, also of a training that was broken off
     */
    Stages(RunTools tools, RunPasses passes, int size, int @Nullable [] positions, long seed, RunState state) {
        this.plan = tools.plan();
        this.meter = tools.meter();
        this.clock = tools.clock();
        this.passes = passes;
        this.size = size;
        this.positions = positions;
        this.readers = state.folds().needing(Need.GRADIENT_STAGES);
        this.state = state;
        this.steps = StageSteps.draw(
                spec().totalSteps(size), plan.request().options().stages(), Seeds.of(seed, "stages"));
    }

    /** Takes the stage of this step, if it is one, and that of a step before it that the training left out. */
    boolean takeBefore(long step, double learningRate) {
        boolean any = false;
        while (state.stages() < steps.length && steps[state.stages()] <= step) {
            take(step, learningRate);
            any = true;
        }
        return any;
    }

    /** Takes what is left when the training is over: its last step was a stage but was left out. */
    void finish() {
        while (state.stages() < steps.length) {
            long step = steps[state.stages()];
            take(step, spec().learningRateAt(step, size));
        }
    }

    private void take(long step, double learningRate) {
        int epoch = (int) (step / spec().stepsPerEpoch(size)) + 1;
        Stage stage = new Stage(steps.length, learningRate, spec().totalSteps(size), size, positions);
        String moment = "part-%d-step-%d".formatted(state.part(), step);
        clock.scoring(() -> meter.wholeOrNothing(() -> {
            meter.enter(Phase.SCORE, epoch);
            passes.stage(moment, batch -> {
                for (ScoreFold fold : readers) {
                    fold.stage(stage, batch);
                }
            });
        }));
        readers.forEach(ScoreFold::stageDone);
        state.stageTaken();
    }

    private TrainingSpec spec() {
        return plan.request().training();
    }
}
