package io.winnow.scoring.run;

import io.winnow.surrogate.Direction;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.GradientListener;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes over samples, range by range: no batch crosses the bounds of a range, whoever computes it. Where a batch does not fit
 * into the memory of the device, the rest goes in smaller ones.
 */
final class Passes {

    private final Surrogate surrogate;
    private final Samples samples;
    private final int range;
    private final BatchLimits limits;
    private final StopSignal stop;

    /** @param range samples of one range */
    Passes(Surrogate surrogate, Samples samples, int range, BatchLimits limits, StopSignal stop) {
        this.surrogate = surrogate;
        this.samples = samples;
        this.range = range;
        this.limits = limits;
        this.stop = stop;
    }

    void forward(int from, int to, boolean embeddings, Consumer<ForwardBatch> reader) {
        for (int first = from; first < to; first += range) {
            int end = Math.min(to, first + range);
            limits.within(
                    "forward",
                    first,
                    end,
                    surrogate::freeUnusedMemory,
                    (start, stopAt, progress) ->
                            surrogate.forward(samples, start, stopAt, embeddings, new ForwardListener() {

                                @Override
                                public void batch(ForwardBatch batch) {
                                    reader.accept(batch);
                                    progress.done(batch.size());
                                }

                                @Override
                                public boolean stopRequested() {
                                    return stop.stopRequested();
                                }
                            }));
        }
    }

    void gradients(
            int from, int to, GradientScope scope, @Nullable Direction direction, Consumer<GradientBatch> reader) {
        for (int first = from; first < to; first += range) {
            int end = Math.min(to, first + range);
            limits.within(
                    "gradients",
                    first,
                    end,
                    surrogate::freeUnusedMemory,
                    (start, stopAt, progress) -> surrogate.perSampleGradients(
                            samples, start, stopAt, scope, direction, new GradientListener() {

                                @Override
                                public void batch(GradientBatch batch) {
                                    reader.accept(batch);
                                    progress.done(batch.size());
                                }

                                @Override
                                public boolean stopRequested() {
                                    return stop.stopRequested();
                                }
                            }));
        }
    }

    /** @param reader receives the sum of each range, in order; the array is its own */
    void gradientSums(int from, int to, Consumer<double[]> reader) {
        for (int first = from; first < to; first += range) {
            int end = Math.min(to, first + range);
            GradientSum sum = new GradientSum();
            limits.within("gradient sums", first, end, surrogate::freeUnusedMemory, (start, stopAt, progress) -> {
                sum.add(surrogate.gradientSum(samples, start, stopAt, stop));
                progress.done(stopAt - start);
            });
            reader.accept(sum.values());
        }
    }
}
