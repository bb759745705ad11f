package io.winnow.subset;

import io.winnow.platform.Fraction;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * {@code top} within each class (Guo et al. 2022), with quotas by {@link Quotas}: proportional to the class sizes, or the
 * same for every class. A sample only ever fills the quota of its own class, whatever the sign of its score.
 */
public record ClassBalancedPolicy(Quota quota) implements SubsetPolicy {

    static final String ID = "class-balanced";

    /** How the k samples are divided between the classes. */
    public enum Quota {
        PROPORTIONAL,
        EQUAL;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Map<String, Object> parameters(Fraction ratio) {
        return Map.of("quota", quota.label());
    }

    @Override
    public boolean needsClasses() {
        return true;
    }

    @Override
    public boolean scoreOnly() {
        return true;
    }

    @Override
    public Selection select(ScoredSamples samples, Fraction ratio, long seed) {
        int[] sizes = samples.classCounts();
        int k = ratio.kept(samples.size());
        int[] open = quota == Quota.EQUAL ? Quotas.equal(sizes, k) : Quotas.proportional(sizes, k);
        int[] indices = new int[k];
        int filled = 0;
        for (int i : samples.ranking()) {
            int label = samples.label(i);
            if (open[label] > 0) {
                open[label]--;
                indices[filled++] = i;
                if (filled == k) {
                    break;
                }
            }
        }
        Arrays.sort(indices);
        return new Selection(indices);
    }
}
