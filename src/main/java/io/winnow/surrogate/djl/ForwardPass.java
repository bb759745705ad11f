package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import org.jspecify.annotations.Nullable;

/** One pass in evaluation mode: logits and, where asked for, embeddings. */
final class ForwardPass {

    private static final int ELEMENTS_A_BATCH = 1 << 19;
    private static final int LARGEST_BATCH = 512;

    private final Network network;
    private final LinearLayer lastLayer;

    ForwardPass(Network network) {
        this.network = network;
        this.lastLayer = network.lastLayer();
    }

    /** Samples a batch for inputs of a shape: enough to keep the device busy, few enough for the activations to stay small. */
    static int batchSize(SampleShape shape) {
        return Math.max(1, Math.min(LARGEST_BATCH, ELEMENTS_A_BATCH / shape.size()));
    }

    void run(Samples samples, int from, int to, boolean embeddings, ForwardListener listener) {
        if (from >= to) {
            return;
        }
        int batchSize = Math.min(to - from, batchSize(samples.shape()));
        float[] logits = new float[batchSize * network.spec().classes()];
        int width = embeddings ? lastLayer.in() : 0;
        float[] embedded = embeddings ? new float[batchSize * width] : null;
        LastInput lastInput = embeddings ? new LastInput() : null;
        try (InputNormalisation normalisation = new InputNormalisation(network.manager(), samples);
                BatchStream batches = BatchStream.of(samples, from, to, batchSize)) {
            int done = from;
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                listener.check();
                try (NDManager scope = network.manager().newSubManager()) {
                    NDArray input = normalisation.input(scope, batch);
                    NDArray output = network.apply(network.weights(), input, false, lastInput);
                    if (lastInput != null && embedded != null) {
                        Host.read(lastInput.taken(), embedded);
                    }
                    Host.read(output, logits);
                }
                listener.batch(new ForwardBatch(done, batch.size(), logits, batch.labels, embedded, width));
                done += batch.size();
            }
        }
    }

    /** Keeps a handle of the last linear layer's input and lets all other arrays go. */
    private final class LastInput implements Tape {

        private @Nullable NDArray array;

        @Override
        public NDArray record(Layer layer, NDArray input, NDArray output) {
            if (layer == lastLayer) {
                array = input.stopGradient();
            }
            return output;
        }

        @Override
        public boolean keepsArrays() {
            return false;
        }

        NDArray taken() {
            if (array == null) {
                throw new IllegalStateException("the pass did not reach the last linear layer");
            }
            return array;
        }
    }
}
