package io.winnow.surrogate;

import java.nio.ByteBuffer;
import java.util.Random;

/** Uniformly random pictures with random labels, the same for the same seed. */
public final class RandomSamples implements Samples {

    private final SampleShape shape;
    private final int classes;
    private final byte[][] pictures;
    private final int[] labels;
    private final float[] weights;
    private final Normalisation normalisation;

    public RandomSamples(int size, SampleShape shape, int classes, long seed) {
        this.shape = shape;
        this.classes = classes;
        this.pictures = new byte[size][shape.size()];
        this.labels = new int[size];
        this.weights = new float[size];
        Random random = new Random(seed);
        for (int i = 0; i < size; i++) {
            random.nextBytes(pictures[i]);
            labels[i] = random.nextInt(classes);
            weights[i] = 1;
        }
        float[] mean = new float[shape.channels()];
        float[] std = new float[shape.channels()];
        for (int c = 0; c < shape.channels(); c++) {
            mean[c] = 0.5f;
            std[c] = 0.29f;
        }
        this.normalisation = new Normalisation(mean, std);
    }

    /** Gives one sample a weight in the training loss. */
    public RandomSamples withWeight(int position, float weight) {
        weights[position] = weight;
        return this;
    }

    /** Replaces one sample. */
    public RandomSamples with(int position, byte[] picture, int label) {
        pictures[position] = picture.clone();
        labels[position] = label;
        return this;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public SampleShape shape() {
        return shape;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int label(int position) {
        return labels[position];
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        target.put(pictures[position]);
    }

    @Override
    public float weight(int position) {
        return weights[position];
    }

    @Override
    public Normalisation normalisation() {
        return normalisation;
    }
}
