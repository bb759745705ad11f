package io.winnow.scoring.run;

import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScorer;
import io.winnow.scoring.RunScores;
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
    public RunScores score(RunRequest request, RunListener listener) {
        Plan plan = Plan.of(request);
        Meter meter = new Meter(plan.cost(), listener, System::nanoTime);
        Clock clock = new Clock();
        WholeTraining.Result whole =
                plan.trainsOnAll() ? WholeTraining.run(engine, plan, meter, clock) : WholeTraining.Result.none(plan);
        if (plan.trainsOnParts()) {
            new PartTrainings(engine, plan, whole.folds(), meter, clock).run();
        }
        return new RunScores(
                whole.folds().collect(),
                labels(request),
                request.train().classes(),
                whole.predicted(),
                whole.history(),
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
