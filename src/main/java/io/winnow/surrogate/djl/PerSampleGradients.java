package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.GradientListener;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.Samples;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A pass of {@link TappedPass} over samples. The host waits for the device once a micro-batch. */
final class PerSampleGradients {

    private final Network network;
    private final long maxBytes;

    /** @param maxBytes memory that the pass may take beyond the network's own, on its device */
    PerSampleGradients(Network network, long maxBytes) {
        this.network = network;
        this.maxBytes = maxBytes;
    }

    /** @param direction [parameters], stored layout, or null */
    void run(
            Samples samples,
            int from,
            int to,
            GradientScope scope,
            @Nullable NDArray direction,
            GradientListener listener) {
        if (from >= to) {
            return;
        }
        int batchSize = Math.min(to - from, GradientMemory.batchSize(network, maxBytes));
        GradientScratch scratch = GradientScratch.of(
                GradientMemory.scratch(maxBytes), network.device().isGpu());
        int classes = network.spec().classes();
        Read read = new Read(batchSize, classes, direction != null);
        try (NDManager manager = network.manager().newSubManager();
                InputNormalisation normalisation = new InputNormalisation(manager, samples);
                BatchStream batches = BatchStream.of(samples, from, to, batchSize)) {
            TappedPass pass = new TappedPass(network, manager, scope, direction, scratch);
            int done = from;
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                listener.check();
                try (NDManager working = manager.newSubManager()) {
                    NDArray input = normalisation.input(working, batch);
                    Host.read(pass.run(input, labels(working, batch)), read.all);
                }
                listener.batch(read.batch(done, batch));
                done += batch.size();
            }
        }
    }

    /** [n] int64. */
    static NDArray labels(NDManager manager, Batch batch) {
        long[] labels = new long[batch.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = batch.labels[i];
        }
        return manager.create(labels);
    }

    /** What came over, and the arrays that it is handed out in. */
    private static final class Read {

        private final int classes;
        private final boolean dotted;
        private final float[] all;
        private float[] logits = {};
        private float[] squaredNorms = {};
        private float[] dots = {};

        Read(int capacity, int classes, boolean dotted) {
            this.classes = classes;
            this.dotted = dotted;
            this.all = new float[capacity * (classes + 2)];
        }

        GradientBatch batch(int from, Batch batch) {
            int size = batch.size();
            if (squaredNorms.length != size) {
                logits = new float[size * classes];
                squaredNorms = new float[size];
                dots = new float[size];
            }
            System.arraycopy(all, 0, logits, 0, logits.length);
            System.arraycopy(all, logits.length, squaredNorms, 0, size);
            if (dotted) {
                System.arraycopy(all, logits.length + size, dots, 0, size);
            }
            return new GradientBatch(
                    from, size, squaredNorms, dotted ? dots : null, logits, Arrays.copyOf(batch.labels, size));
        }
    }
}
