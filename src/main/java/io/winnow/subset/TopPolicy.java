package io.winnow.subset;

import io.winnow.platform.Fraction;

/** Keeps the k most important samples. Nested: a smaller ratio's list is inside a larger one's. */
public record TopPolicy() implements SubsetPolicy {

    static final String ID = "top";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public boolean scoreOnly() {
        return true;
    }

    @Override
    public Selection select(ScoredSamples samples, Fraction ratio, long seed) {
        int n = samples.size();
        return new Selection(SmallestKeys.select(n, samples.mostImportantFirst(), ratio.kept(n)));
    }
}
