package io.winnow.job;

import io.winnow.dataset.TensorStore;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.nio.ByteBuffer;

/** Samples of one byte whose class is their position modulo the number of classes. */
record TinyDataset(int size, int classes) implements TensorStore {

    @Override
    public SampleShape shape() {
        return new SampleShape(1, 1, 1);
    }

    @Override
    public int label(int position) {
        return position % classes;
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        target.put((byte) position);
    }

    @Override
    public Normalisation normalisation() {
        return new Normalisation(new float[] {0.5f}, new float[] {0.25f});
    }

    @Override
    public int[] labels() {
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            labels[i] = label(i);
        }
        return labels;
    }

    @Override
    public void close() {}
}
