package io.winnow.dataset;

import io.winnow.surrogate.Samples;

/** One split of a dataset as memory-mapped samples. Safe to read from several threads until closed. */
public interface TensorStore extends Samples, AutoCloseable {

    /** The labels of all samples, as a copy. */
    int[] labels();

    @Override
    void close();
}
