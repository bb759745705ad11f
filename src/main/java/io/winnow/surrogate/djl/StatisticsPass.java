package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;

/**
 * Running statistics as the mean over batches instead of a decaying one. In training mode a batch leaves {@link
 * BatchNormalisation#MOMENTUM} times its statistics in running ones that were zero; the sums are kept in double precision.
 */
final class StatisticsPass {

    private final Network network;

    StatisticsPass(Network network) {
        this.network = network;
    }

    void run(Samples samples, int batchSize, int batches, long seed, StopSignal stop) {
        if (batchSize < 2 || batches < 1) {
            throw new IllegalArgumentException("statistics need a batch of two samples at least");
        }
        int buffers = network.layout().bufferCount();
        if (buffers == 0) {
            return;
        }
        int count = count(samples.size(), batchSize, batches);
        if (count < 2) {
            throw new IllegalArgumentException("%d samples have no statistics".formatted(samples.size()));
        }
        float[] before = network.bufferValues();
        double[] sums = new double[buffers];
        boolean done = false;
        int[] order = Seeds.order(seed, 1, samples.size());
        try (InputNormalisation normalisation = new InputNormalisation(network.manager(), samples);
                BatchStream stream = new BatchStream(
                        samples, i -> order[i], count, batchSize, PictureLayout.plain(samples.shape()))) {
            for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
                stop.check();
                network.bufferValues(new float[buffers]);
                try (NDManager scope = network.manager().newSubManager()) {
                    NDArray input = normalisation.input(scope, batch);
                    network.apply(network.weights(), input, true, null);
                }
                add(network.bufferValues(), batch.size(), sums);
            }
            network.bufferValues(means(sums, count));
            done = true;
        } finally {
            if (!done) {
                network.bufferValues(before);
            }
        }
    }

    /** The samples in the batches: all, but for a last batch of one. */
    private static int count(int samples, int batchSize, int batches) {
        int count = (int) Math.min(samples, (long) batchSize * batches);
        return count % batchSize == 1 ? count - 1 : count;
    }

    private static void add(float[] left, int size, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += left[i] / BatchNormalisation.MOMENTUM * size;
        }
    }

    private static float[] means(double[] sums, int count) {
        float[] means = new float[sums.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) (sums[i] / count);
        }
        return means;
    }
}
