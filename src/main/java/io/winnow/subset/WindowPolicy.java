package io.winnow.subset;

import io.winnow.platform.Fraction;
import java.util.Map;

/**
 * Skips the hardest fraction of all samples and keeps the next k, which spares the training samples with wrong labels
 * (Paul et al. 2021, section 4). Where fewer than k would be left, fewer are skipped: the size is always k.
 *
 * @param skip fraction of all N samples, rounded half up
 */
public record WindowPolicy(Fraction skip) implements SubsetPolicy {

    static final String ID = "window";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Map<String, Object> parameters(Fraction ratio) {
        return Map.of("skip", skip.value());
    }

    @Override
    public boolean scoreOnly() {
        return true;
    }

    @Override
    public Selection select(ScoredSamples samples, Fraction ratio, long seed) {
        int n = samples.size();
        int k = ratio.kept(n);
        int skipped = skipped(n, k);
        int[] withSkipped = SmallestKeys.select(n, samples.mostImportantFirst(), skipped + k);
        int[] hardest = SmallestKeys.select(n, samples.mostImportantFirst(), skipped);
        return new Selection(Sorted.without(withSkipped, hardest));
    }

    int skipped(int n, int k) {
        return Math.min(skip.share(n), n - k);
    }
}
