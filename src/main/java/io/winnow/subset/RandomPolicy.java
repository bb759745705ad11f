package io.winnow.subset;

import io.winnow.platform.Fraction;

/** A seeded uniform draw, the baseline that every score must beat. Nested for one seed. */
public record RandomPolicy() implements SubsetPolicy {

    static final String ID = "random";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public boolean seeded() {
        return true;
    }

    @Override
    public Selection select(ScoredSamples samples, Fraction ratio, long seed) {
        int n = samples.size();
        return new Selection(SmallestKeys.select(n, keys(seed)::at, ratio.kept(n)));
    }

    static RandomKeys keys(long seed) {
        return RandomKeys.of(seed, ID);
    }
}
