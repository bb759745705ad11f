package io.winnow.scoring.run;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScorer;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.ShardPass;
import io.winnow.scoring.ShardSettings;
import io.winnow.scoring.Shards;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Scores by training surrogates of the engine, which is not touched before the first run. */
@Component
final class SurrogateRunScorer implements RunScorer {

    private final SurrogateEngine engine;
    private final int range;
    private final Map<BatchLimits.Key, Integer> learnt = BatchLimits.nothingLearnt();

    SurrogateRunScorer(@Lazy SurrogateEngine engine, ShardSettings settings) {
        this.engine = engine;
        this.range = settings.range();
    }

    @Override
    public RunScores score(RunRequest request, RunListener listener, Checkpoints checkpoints, Shards shards) {
        Plan plan = Plan.of(request);
        Meter meter = new Meter(plan.cost(), listener, System::nanoTime);
        Clock clock = new Clock();
        Savepoints savepoints = new Savepoints(engine, plan, meter, clock, checkpoints);
        RunTools tools = new RunTools(plan, meter, clock, savepoints, shards, limits(request), range);
        Savepoints.Start start = savepoints.start();
        RunState state = start.state();
        meter.trained(state.history());
        boolean whole = state.part() == RunState.WHOLE;
        if (whole) {
            try (Surrogate surrogate = start.required()) {
                new WholeTraining(tools, surrogate, state).run();
            }
        }
        if (plan.trainsOnParts()) {
            new PartTrainings(tools, state).run(whole ? null : start.surrogate());
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

    @Override
    public void shard(
            RunRequest request, ShardPass pass, int from, int to, InputStream state, StopSignal stop, OutputStream out)
            throws IOException {
        Samples samples = pass.part() == RunState.WHOLE
                ? request.train()
                : new PartSamples(request.train(), Parts.of(request)[pass.part() - 1]);
        double[] sum = pass.kind() == ShardPass.Kind.STAGE ? ShardResults.readSum(new DataInputStream(state)) : null;
        try (Surrogate surrogate = engine.initialise(request.surrogate(), request.device(), request.seed())) {
            surrogate.readState(state);
            Passes passes = new Passes(surrogate, samples, range, limits(request), stop);
            new ShardWork(pass, surrogate, samples, passes, request.options().scope(), sum).compute(from, to, out);
        }
    }

    private BatchLimits limits(RunRequest request) {
        return BatchLimits.of(learnt, request.surrogate(), request.device());
    }

    private static int[] labels(RunRequest request) {
        int[] labels = new int[request.train().size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = request.train().label(i);
        }
        return labels;
    }
}
