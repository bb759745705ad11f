package io.winnow.surrogate;

import java.nio.ByteBuffer;

/** A view on other samples: all of them as they are, unless an extending class says otherwise. */
public abstract class SamplesView implements Samples {

    private final Samples samples;

    protected SamplesView(Samples samples) {
        this.samples = samples;
    }

    /** Where the sample at a position of the view stands among the samples that are viewed. */
    protected int source(int position) {
        return position;
    }

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public SampleShape shape() {
        return samples.shape();
    }

    @Override
    public int classes() {
        return samples.classes();
    }

    @Override
    public int label(int position) {
        return samples.label(source(position));
    }

    @Override
    public Element element() {
        return samples.element();
    }

    @Override
    public int sampleBytes() {
        return samples.sampleBytes();
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        samples.copyTo(source(position), target);
    }

    @Override
    public float weight(int position) {
        return samples.weight(source(position));
    }

    @Override
    public Normalisation normalisation() {
        return samples.normalisation();
    }
}
