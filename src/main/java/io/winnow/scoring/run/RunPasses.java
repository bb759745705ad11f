package io.winnow.scoring.run;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.ShardPass;
import io.winnow.scoring.ShardPass.Kind;
import io.winnow.scoring.Shards;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The passes of one training over all of its samples: made here, or spread over workers, with the same results. */
final class RunPasses {

    private final RunTools tools;
    private final Surrogate surrogate;
    private final Samples samples;
    private final int part;
    private final Passes here;

    /**
     * @param samples what the surrogate is trained on
     * @param part their number, from 1; 0 when they are all samples
     */
    RunPasses(RunTools tools, Surrogate surrogate, Samples samples, int part) {
        this.tools = tools;
        this.surrogate = surrogate;
        this.samples = samples;
        this.part = part;
        this.here = passes(tools.meter()::stopRequested);
    }

    /** @param moment of the training, another for each pass of a kind */
    void forward(String moment, boolean embeddings, Consumer<ForwardBatch> reader) {
        ShardPass pass = pass(moment, embeddings ? Kind.EMBEDDINGS : Kind.LOGITS);
        if (spread(pass, null, Plan.FORWARD, in -> ShardResults.readForward(in, samples, reader))) {
            return;
        }
        here.forward(0, samples.size(), embeddings, batch -> {
            reader.accept(batch);
            tools.meter().done(batch.size(), Plan.FORWARD);
        });
    }

    void gradients(String moment, Consumer<GradientBatch> reader) {
        ShardPass pass = pass(moment, Kind.GRADIENTS);
        if (spread(pass, null, Plan.GRADIENTS, in -> ShardResults.readGradients(in, samples, reader))) {
            return;
        }
        here.gradients(0, samples.size(), GradientScope.ALL, null, batch -> {
            reader.accept(batch);
            tools.meter().done(batch.size(), Plan.GRADIENTS);
        });
    }

    /** The mean gradient, then every sample's own along it. */
    void stage(String moment, Consumer<GradientBatch> reader) {
        double[] sum = sum(moment);
        ShardPass pass = pass(moment, Kind.STAGE);
        if (spread(pass, sum, Plan.DIRECTED_GRADIENTS, in -> ShardResults.readGradients(in, samples, reader))) {
            return;
        }
        try (Direction mean = surrogate.meanOf(sum, samples.size())) {
            here.gradients(0, samples.size(), scope(), mean, batch -> {
                reader.accept(batch);
                tools.meter().done(batch.size(), Plan.DIRECTED_GRADIENTS);
            });
        }
    }

    private double[] sum(String moment) {
        GradientSum sum = new GradientSum();
        ShardPass pass = pass(moment, Kind.GRADIENT_SUMS);
        if (!spread(pass, null, Plan.MEAN_GRADIENT, in -> ShardResults.readSums(in, sum::add))) {
            here.gradientSums(0, samples.size(), sum::add);
            tools.meter().done(samples.size(), Plan.MEAN_GRADIENT);
        }
        return sum.values();
    }

    private GradientScope scope() {
        return tools.plan().request().options().scope();
    }

    private Passes passes(StopSignal stop) {
        return new Passes(surrogate, samples, tools.range(), tools.limits(), stop);
    }

    private ShardPass pass(String moment, Kind kind) {
        return new ShardPass(moment + "-" + kind.name().toLowerCase(Locale.ROOT), kind, part);
    }

    /** @return false when the pass is to be made here */
    private boolean spread(ShardPass pass, double @Nullable [] sum, double cost, Results results) {
        if (!tools.shards().spreads(samples.size())) {
            return false;
        }
        Checkpoints.Content state = out -> {
            DataOutputStream data = new DataOutputStream(out);
            if (sum != null) {
                ShardResults.write(data, sum);
            }
            data.flush();
            surrogate.writeState(out);
        };
        Shards.Work work = (from, to, stop, out) ->
                new ShardWork(pass, surrogate, samples, passes(stop), scope(), sum).compute(from, to, out);
        double before = tools.meter().doneCost();
        boolean through = tools.shards()
                .run(
                        pass,
                        samples.size(),
                        state,
                        work,
                        count -> tools.meter().done(count, cost),
                        in -> results.read(new DataInputStream(in)));
        if (!through) {
            tools.meter().resume(before);
        }
        return through;
    }

    /** Reads the results of a shard. */
    @FunctionalInterface
    private interface Results {
        void read(DataInputStream in) throws IOException;
    }
}
