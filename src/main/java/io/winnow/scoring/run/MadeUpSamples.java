package io.winnow.scoring.run;

import io.winnow.platform.SplitMix64;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Noise of a shape, to time passes on. */
record MadeUpSamples(SampleShape shape, int classes, int size) implements Samples {

    @Override
    public int label(int position) {
        return position % classes;
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        SplitMix64 random = SplitMix64.of(0, position);
        for (int i = 0; i < shape.size(); i++) {
            target.put((byte) random.nextInt(256));
        }
    }

    @Override
    public Normalisation normalisation() {
        float[] middle = new float[shape.channels()];
        float[] spread = new float[shape.channels()];
        Arrays.fill(middle, 0.5f);
        Arrays.fill(spread, 0.29f);
        return new Normalisation(middle, spread);
    }
}
