package io.winnow.scoring.run;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import java.nio.ByteBuffer;

/** Some of the samples, in a given order. */
record PartSamples(Samples all, int[] positions) implements Samples {

    @Override
    public int size() {
        return positions.length;
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
        return all.label(positions[position]);
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        all.copyTo(positions[position], target);
    }

    @Override
    public float weight(int position) {
        return all.weight(positions[position]);
    }

    @Override
    public Normalisation normalisation() {
        return all.normalisation();
    }
}
