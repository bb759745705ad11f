package io.winnow.scoring.run;

import io.winnow.platform.SplitMix64;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.Seeds;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TrainingPosition;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the state of a run to its checkpoints, and finds where it goes on. */
final class Savepoints {

    /** To be raised whenever a fold, the run or a surrogate writes its state in another way. */
    private static final int FORMAT = 2;

    private static final Logger log = LoggerFactory.getLogger(Savepoints.class);

    private final SurrogateEngine engine;
    private final Plan plan;
    private final Meter meter;
    private final Clock clock;
    private final Checkpoints checkpoints;

    Savepoints(SurrogateEngine engine, Plan plan, Meter meter, Clock clock, Checkpoints checkpoints) {
        this.engine = engine;
        this.plan = plan;
        this.meter = meter;
        this.clock = clock;
        this.checkpoints = checkpoints;
    }

    /**
     * Where a run begins or goes on.
     *
     * @param surrogate the one at work, to be closed by whoever trains it; null when none has been made yet
     */
    record Start(RunState state, @Nullable Surrogate surrogate) {

        Surrogate required() {
            return Objects.requireNonNull(surrogate, "a training on all samples has a surrogate from the start");
        }
    }

    /**
     * From the newest checkpoint that is as it was written, else from the beginning.
     *
     * @throws Checkpoints.UnreachableException when the next attempt may read what this one cannot
     */
    Start start() {
        for (Checkpoints.Saved saved : checkpoints.saved()) {
            try (DataInputStream in = new DataInputStream(saved.open())) {
                return resume(in);
            } catch (Checkpoints.UnreachableException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                log.warn("a checkpoint cannot be used, the one before it is next: {}", e.toString());
            }
        }
        Surrogate surrogate = plan.trainsOnAll() ? initialise(RunState.WHOLE) : null;
        return new Start(new RunState(plan, lastLayerHasBias(surrogate)), surrogate);
    }

    void save(RunState state, Surrogate surrogate) {
        checkpoints.save(state.epoch(), out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(FORMAT);
            data.writeLong(fingerprint(plan.request()));
            data.writeInt(state.part());
            data.writeDouble(clock.trainingSeconds());
            data.writeDouble(clock.scoringSeconds());
            data.writeDouble(meter.doneCost());
            state.save(data);
            data.flush();
            surrogate.writeState(out);
        });
    }

    /**
     * Keeps where a training was stopped, if the run goes on later. One that was stopped in what comes after an epoch, a
     * snapshot, is kept already.
     */
    void stopped(TrainingPosition at, RunState state, Surrogate surrogate) {
        if (meter.goesOnLater() && at.epoch() == state.epoch()) {
            state.stopped(at);
            save(state, surrogate);
            log.info("stopped after {} steps of epoch {}, to go on from there", at.steps(), at.epoch() + 1);
        }
    }

    /** A surrogate with the initial weights of a part's training, or of that on all samples. */
    Surrogate initialise(int part) {
        RunRequest request = plan.request();
        return engine.initialise(request.surrogate(), request.device(), seed(request, part));
    }

    /** The seed of a part's training, or of that on all samples. */
    static long seed(RunRequest request, int part) {
        return part == RunState.WHOLE ? request.seed() : Seeds.of(request.seed(), "part " + (part - 1));
    }

    private Start resume(DataInputStream in) throws IOException {
        int format = in.readInt();
        if (format != FORMAT) {
            throw new IOException("it is of format %d, this is %d".formatted(format, FORMAT));
        }
        if (in.readLong() != fingerprint(plan.request())) {
            throw new IOException("it is of another run");
        }
        int part = in.readInt();
        double trainingSeconds = in.readDouble();
        double scoringSeconds = in.readDouble();
        double doneCost = in.readDouble();
        Surrogate surrogate = initialise(part);
        try {
            RunState state = new RunState(plan, lastLayerHasBias(surrogate));
            state.restore(in);
            surrogate.readState(in);
            clock.resume(trainingSeconds, scoringSeconds);
            meter.resume(doneCost);
            return new Start(state, surrogate);
        } catch (IOException | RuntimeException e) {
            surrogate.close();
            throw e;
        }
    }

    /** A bias is the one vector among the parameters after the last matrix. */
    private boolean lastLayerHasBias(@Nullable Surrogate surrogate) {
        if (surrogate == null || !plan.trainsOnAll()) {
            return false;
        }
        List<ParameterInfo> parameters = surrogate.parameters();
        return parameters.get(parameters.size() - 1).shape().size() == 1;
    }

    /** Of everything that a state depends on. */
    private static long fingerprint(RunRequest request) {
        return SplitMix64.hash(String.join(
                "\n",
                request.surrogate().architecture(),
                new TreeMap<>(request.surrogate().options()).toString(),
                request.surrogate().input().toString(),
                String.valueOf(request.surrogate().classes()),
                String.valueOf(request.train().size()),
                String.valueOf(request.test() == null ? 0 : request.test().size()),
                request.training().toString(),
                request.methods().stream().map(ScoringMethod::id).toList().toString(),
                request.options().toString(),
                request.scoreAt().toString(),
                String.valueOf(request.seed())));
    }
}
