package io.winnow.scoring.run;

import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.Seeds;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;

/**
 * A surrogate of its own for each of {@code chunks} random parts of the samples, trained on the part and asked for stages on
 * the part. Together they cost as much as one more training; the other methods of the run don't see them.
 */
final class PartTrainings {

    private final SurrogateEngine engine;
    private final Plan plan;
    private final Folds folds;
    private final Meter meter;
    private final Clock clock;

    PartTrainings(SurrogateEngine engine, Plan plan, Folds folds, Meter meter, Clock clock) {
        this.engine = engine;
        this.plan = plan;
        this.folds = folds;
        this.meter = meter;
        this.clock = clock;
    }

    void run() {
        RunRequest request = plan.request();
        int[][] parts = Parts.draw(plan.samples(), request.options().chunks(), Seeds.of(request.seed(), "parts"));
        for (int part = 0; part < parts.length; part++) {
            train(parts[part], Seeds.of(request.seed(), "part " + part));
        }
    }

    private void train(int[] positions, long seed) {
        RunRequest request = plan.request();
        PartSamples samples = new PartSamples(request.train(), positions);
        try (Surrogate surrogate = engine.initialise(request.surrogate(), request.device(), seed)) {
            Stages stages = new Stages(plan, surrogate, samples, positions, seed, folds, meter, clock);
            meter.enter(Phase.TRAIN, 1);
            surrogate.train(samples, request.training(), seed, 0, new TrainingListener() {

                private int epoch = 1;

                @Override
                public boolean stopRequested() {
                    return meter.stopRequested();
                }

                @Override
                public void beforeStep(long step, double learningRate) {
                    if (stages.takeBefore(step, learningRate)) {
                        meter.enter(Phase.TRAIN, epoch);
                    }
                }

                @Override
                public void afterBatch(TrainingBatch batch) {
                    meter.done(batch.size(), Plan.TRAINING);
                }

                @Override
                public void afterEpoch(EpochSummary done) {
                    epoch = Math.min(done.epoch() + 1, plan.epochs());
                    meter.enter(Phase.TRAIN, epoch);
                }
            });
            stages.finish();
        }
    }
}
