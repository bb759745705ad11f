package io.winnow.job;

import io.winnow.dataset.ReadyDataset;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import java.nio.ByteBuffer;

/** As many samples as a dataset has, of which only the number matters. */
record CountedSamples(ReadyDataset dataset, int size) implements Samples {

    @Override
    public SampleShape shape() {
        return dataset.shape();
    }

    @Override
    public int classes() {
        return dataset.classes().size();
    }

    @Override
    public int label(int position) {
        throw new UnsupportedOperationException("only counted");
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        throw new UnsupportedOperationException("only counted");
    }

    @Override
    public Normalisation normalisation() {
        throw new UnsupportedOperationException("only counted");
    }
}
