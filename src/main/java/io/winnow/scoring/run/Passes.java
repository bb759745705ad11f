package io.winnow.scoring.run;

import io.winnow.surrogate.Direction;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.GradientListener;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes over all samples that can be stopped and that count as progress. */
final class Passes {

    private Passes() {}

    static void forward(
            Surrogate surrogate, Samples samples, boolean embeddings, Meter meter, Consumer<ForwardBatch> reader) {
        surrogate.forward(samples, 0, samples.size(), embeddings, new ForwardListener() {

            @Override
            public void batch(ForwardBatch batch) {
                reader.accept(batch);
                meter.done(batch.size(), Plan.FORWARD);
            }

            @Override
            public boolean stopRequested() {
                return meter.stopRequested();
            }
        });
    }

    static void gradients(
            Surrogate surrogate,
            Samples samples,
            GradientScope scope,
            @Nullable Direction direction,
            Meter meter,
            Consumer<GradientBatch> reader) {
        double cost = direction == null ? Plan.GRADIENTS : Plan.DIRECTED_GRADIENTS;
        surrogate.perSampleGradients(samples, 0, samples.size(), scope, direction, new GradientListener() {

            @Override
            public void batch(GradientBatch batch) {
                reader.accept(batch);
                meter.done(batch.size(), cost);
            }

            @Override
            public boolean stopRequested() {
                return meter.stopRequested();
            }
        });
    }
}
