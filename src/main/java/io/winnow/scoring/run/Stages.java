package io.winnow.scoring.run;

import io.winnow.scoring.Need;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.Seeds;
import io.winnow.scoring.Stage;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.TrainingSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stages of one training: at sampled steps, the mean gradient and then every sample's gradient along it. */
final class Stages {

    private final Plan plan;
    private final Surrogate surrogate;
    private final Samples samples;
    private final int @Nullable [] positions;
    private final Meter meter;
    private final Clock clock;
    private final List<ScoreFold> readers;
    private final long[] steps;
    private final RunState state;

    /**
     * @param samples what the surrogate is trained on
     * @param positions [samples.size()] the run's sample at each position; null when they are all of them
     * @param seed of this training
     * @param state counts the stages that are taken, also of a training that was broken off
     */
    Stages(
            Plan plan,
            Surrogate surrogate,
            Samples samples,
            int @Nullable [] positions,
            long seed,
            RunState state,
            Meter meter,
            Clock clock) {
        this.plan = plan;
        this.surrogate = surrogate;
        this.samples = samples;
        this.positions = positions;
        this.meter = meter;
        this.clock = clock;
        this.readers = state.folds().needing(Need.GRADIENT_STAGES);
        this.state = state;
        this.steps = StageSteps.draw(
                plan.request().training().totalSteps(samples.size()),
                plan.request().options().stages(),
                Seeds.of(seed, "stages"));
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
            take(step, spec().learningRateAt(step, samples.size()));
        }
    }

    private void take(long step, double learningRate) {
        int n = samples.size();
        int epoch = (int) (step / spec().stepsPerEpoch(n)) + 1;
        Stage stage = new Stage(steps.length, learningRate, spec().totalSteps(n), n, positions);
        clock.scoring(() -> {
            meter.enter(Phase.SCORE, epoch);
            try (Direction mean = surrogate.meanGradient(samples, 0, n, meter::stopRequested)) {
                meter.done(n, Plan.MEAN_GRADIENT);
                Passes.gradients(surrogate, samples, plan.request().options().scope(), mean, meter, batch -> {
                    for (ScoreFold fold : readers) {
                        fold.stage(stage, batch);
                    }
                });
            }
        });
        state.stageTaken();
    }

    private TrainingSpec spec() {
        return plan.request().training();
    }
}
