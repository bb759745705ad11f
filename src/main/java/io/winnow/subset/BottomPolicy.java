package io.winnow.subset;

import io.winnow.platform.Fraction;

/**
 * Keeps the k least important samples, ties by smaller index: the easy ones, which serve better when data is scarce
 * (Sorscher et al. 2022). Nested.
 */
public record BottomPolicy() implements SubsetPolicy {

    static final String ID = "bottom";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Selection select(ScoredSamples samples, Fraction ratio, long seed) {
        int n = samples.size();
        SmallestKeys.Keys mostImportantFirst = samples.mostImportantFirst();
        return new Selection(SmallestKeys.select(n, i -> ~mostImportantFirst.at(i), ratio.kept(n)));
    }
}
