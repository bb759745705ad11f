package io.winnow.bench;

import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Random pictures of ten classes: the engine's time does not depend on what they show. */
record Noise(SampleShape shape, int size, byte[] pixels) implements Samples {

    Noise(SampleShape shape, int size) {
        this(shape, size, new byte[size * shape.size()]);
        new Random(0).nextBytes(pixels);
    }

    @Override
    public int classes() {
        return 10;
    }

    @Override
    public int label(int position) {
        return position * 7 % classes();
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        target.put(pixels, position * shape.size(), shape.size());
    }

    @Override
    public Normalisation normalisation() {
        return new Normalisation(channels(0.5f), channels(0.29f));
    }

    private float[] channels(float value) {
        float[] values = new float[shape.channels()];
        Arrays.fill(values, value);
        return values;
    }
}
