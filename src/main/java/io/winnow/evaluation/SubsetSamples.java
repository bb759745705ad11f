package io.winnow.evaluation;

import io.winnow.subset.KeptSamples;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a subset, with the weights that its policy gives them.
 *
 * @param indices [k] positions in {@code all}
 * @param weights [k], or null where all weigh the same
 */
record SubsetSamples(Samples all, int[] indices, float @Nullable [] weights) implements Samples {

    static SubsetSamples of(Samples all, KeptSamples kept) {
        int[] indices = new int[kept.size()];
        float[] weights = kept.weighted() ? new float[kept.size()] : null;
        int[] filled = {0};
        try {
            kept.scan(chunk -> {
                for (int row = 0; row < chunk.count(); row++) {
                    indices[filled[0]] = chunk.index(row);
                    if (weights != null) {
                        weights[filled[0]] = (float) chunk.weight(row);
                    }
                    filled[0]++;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SubsetSamples(all, indices, weights);
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public SampleShape shape() {
        return all.shape();
    }

    @Override
    public Element element() {
        return all.element();
    }

    @Override
    public int classes() {
        return all.classes();
    }

    @Override
    public int label(int position) {
        return all.label(indices[position]);
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        all.copyTo(indices[position], target);
    }

    @Override
    public float weight(int position) {
        return weights == null ? 1f : weights[position];
    }

    @Override
    public Normalisation normalisation() {
        return all.normalisation();
    }
}
