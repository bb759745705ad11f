package io.winnow.evaluation;

import io.winnow.subset.KeptSamples;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SamplesView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a subset, with the weights that its policy gives them, scaled to a mean of 1: weights that sum to N would
 * make every step N/k times as long as one on equal weights.
 */
final class SubsetSamples extends SamplesView {

    private final int[] indices;
    private final float @Nullable [] weights;

    /**
     * @param indices [k] positions in {@code all}
     * @param weights [k] with mean 1, or null where all weigh the same
     */
    SubsetSamples(Samples all, int[] indices, float @Nullable [] weights) {
        super(all);
        this.indices = indices;
        this.weights = weights;
    }

    static SubsetSamples of(Samples all, KeptSamples kept) {
        int[] indices = new int[kept.size()];
        double[] weights = kept.weighted() ? new double[kept.size()] : null;
        int[] filled = {0};
        try {
            kept.scan(chunk -> {
                for (int row = 0; row < chunk.count(); row++) {
                    indices[filled[0]] = chunk.index(row);
                    if (weights != null) {
                        weights[filled[0]] = chunk.weight(row);
                    }
                    filled[0]++;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SubsetSamples(all, indices, weights == null ? null : withMeanOne(weights));
    }

    static float[] withMeanOne(double[] weights) {
        double scale = weights.length / DoubleStream.of(weights).sum();
        float[] scaled = new float[weights.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (scale * weights[i]);
        }
        return scaled;
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    protected int source(int position) {
        return indices[position];
    }

    /** The policy's own weight, which takes the place of the one that the sample had. */
    @Override
    public float weight(int position) {
        return weights == null ? 1f : weights[position];
    }
}
