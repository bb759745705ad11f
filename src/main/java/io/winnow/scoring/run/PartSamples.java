package io.winnow.scoring.run;

import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SamplesView;

/** Some of the samples, in a given order. */
final class PartSamples extends SamplesView {

    private final int[] positions;

    PartSamples(Samples all, int[] positions) {
        super(all);
        this.positions = positions;
    }

    int[] positions() {
        return positions;
    }

    @Override
    public int size() {
        return positions.length;
    }

    @Override
    protected int source(int position) {
        return positions[position];
    }
}
