package io.winnow.subset;

import io.winnow.platform.Fraction;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Coverage-centric selection (Zheng et al. 2023): drops the hardest fraction β of all samples, cuts the range of importance of
 * the others into 50 strata of equal width and spreads the budget over them from the smallest stratum up, each giving at
 * most an equal part of what is left; within a stratum the draw is uniform. The size is always k: where fewer than k
 * samples would be left, fewer are dropped.
 *
 * @param mislabel β, or null for the default at the ratio, {@link #defaultCut}
 */
public record StratifiedPolicy(@Nullable Fraction mislabel) implements SubsetPolicy {

    static final String ID = "stratified";
    static final int STRATA = 50;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Map<String, Object> parameters(Fraction ratio) {
        return Map.of("mislabel", cut(ratio).value(), "strata", STRATA);
    }

    @Override
    public boolean seeded() {
        return true;
    }

    Fraction cut(Fraction ratio) {
        return mislabel != null ? mislabel : defaultCut(ratio);
    }

    /**
     * The less is kept, the more of the hardest is dropped: 0 from a ratio of 0.4 on, 0.1 from 0.15 on, 0.3 below. These follow the
     * paper's experiments on CIFAR-10 in order of magnitude; on other data β is to be tuned.
     */
    static Fraction defaultCut(Fraction ratio) {
        double kept = ratio.doubleValue();
        return kept >= 0.4 ? Fraction.ZERO : Fraction.of(kept >= 0.15 ? 0.1 : 0.3);
    }

    int dropped(int n, int k, Fraction ratio) {
        return Math.min(cut(ratio).share(n), n - k);
    }

    @Override
    public Selection select(ScoredSamples samples, Fraction ratio, long seed) {
        int n = samples.size();
        int k = ratio.kept(n);
        int[] hardest = SmallestKeys.select(n, samples.mostImportantFirst(), dropped(n, k, ratio));
        int[] all = new int[n];
        Arrays.setAll(all, i -> i);
        int[] others = Sorted.without(all, hardest);
        byte[] strata = strata(samples, others);
        int[] budgets = budgets(strata, k);
        return new Selection(draw(others, strata, budgets, k, seed));
    }

    private static byte[] strata(ScoredSamples samples, int[] others) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (int i : others) {
            min = Math.min(min, samples.importance(i));
            max = Math.max(max, samples.importance(i));
        }
        double width = (max - min) / STRATA;
        byte[] strata = new byte[others.length];
        for (int p = 0; p < others.length && width > 0; p++) {
            strata[p] = (byte) Math.min(STRATA - 1, (int) ((samples.importance(others[p]) - min) / width));
        }
        return strata;
    }

    private static int[] budgets(byte[] strata, int k) {
        int[] sizes = new int[STRATA];
        for (byte stratum : strata) {
            sizes[stratum]++;
        }
        int[] bySize = IntStream.range(0, STRATA)
                .boxed()
                .sorted(Comparator.comparingInt(s -> sizes[s]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] budgets = new int[STRATA];
        int left = k;
        for (int done = 0; done < STRATA; done++) {
            int stratum = bySize[done];
            budgets[stratum] = Math.min(sizes[stratum], left / (STRATA - done));
            left -= budgets[stratum];
        }
        return budgets;
    }

    private static int[] draw(int[] others, byte[] strata, int[] budgets, int k, long seed) {
        RandomKeys random = RandomKeys.of(seed, ID);
        int[][] members = members(others, strata);
        int[] drawn = new int[k];
        int filled = 0;
        for (int s = 0; s < STRATA; s++) {
            int[] stratum = members[s];
            int[] positions = SmallestKeys.select(stratum.length, p -> random.at(stratum[p]), budgets[s]);
            for (int p : positions) {
                drawn[filled++] = stratum[p];
            }
        }
        Arrays.sort(drawn);
        return drawn;
    }

    private static int[][] members(int[] others, byte[] strata) {
        int[] sizes = new int[STRATA];
        for (byte stratum : strata) {
            sizes[stratum]++;
        }
        int[][] members = new int[STRATA][];
        Arrays.setAll(members, s -> new int[sizes[s]]);
        int[] filled = new int[STRATA];
        for (int p = 0; p < others.length; p++) {
            members[strata[p]][filled[strata[p]]++] = others[p];
        }
        return members;
    }
}
