package io.winnow.scoring.run;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScorer;
import io.winnow.scoring.RunScores;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Scores by training surrogates of the engine, which is not touched before the first run. */
@Component
final class SurrogateRunScorer implements RunScorer {

    private final SurrogateEngine engine;

    SurrogateRunScorer(@Lazy SurrogateEngine engine) {
        this.engine = engine;
    }

    @Override
    public RunScores score(RunRequest request, RunListener listener, Checkpoints checkpoints) {
        Plan plan = Plan.of(request);
        Meter meter = new Meter(plan.cost(), listener, System::nanoTime);
        Clock clock = new Clock();
        Savepoints savepoints = new Savepoints(engine, plan, meter, clock, checkpoints);
        Savepoints.Start start = savepoints.start();
        RunState state = start.state();
        boolean whole = state.part() == RunState.WHOLE;
        if (whole) {
            try (Surrogate surrogate = start.required()) {
                new WholeTraining(plan, surrogate, state, savepoints, meter, clock).run();
            }
        }
        if (plan.trainsOnParts()) {
            new PartTrainings(plan, state, savepoints, meter, clock).run(whole ? null : start.surrogate());
        }
        Predictions predictions = state.predictions();
        return new RunScores(
                state.folds().collect(),
                labels(request),
                request.train().classes(),
                predictions == null ? null : predictions.all(),
                state.history(),
                clock.trainingSeconds(),
                clock.scoringSeconds());
    }

    private static int[] labels(RunRequest request) {
        int[] labels = new int[request.train().size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = request.train().label(i);
        }
        return labels;
    }
}
