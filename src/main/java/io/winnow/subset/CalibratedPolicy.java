package io.winnow.subset;

import io.winnow.platform.Fraction;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.Map;

/**
 * Keeps k_s = round-half-up(α · k) samples by score and draws the rest uniformly from the others (Ayed and Hayou 2023).
 * With {@code EXACT} weights, 1 for the score part and (N − k_s) / (k − k_s) for the random part, the weighted loss is an
 * unbiased estimate of the loss over all samples, and the weights sum to N; for that at least one sample is drawn
 * unless all are kept, also where α · k rounds up to k. {@code SOFT} takes the same samples with equal weights.
 *
 * @param alpha in [0, 1], below 1 when exact
 */
public record CalibratedPolicy(Fraction alpha, Calibration calibration) implements SubsetPolicy {

    static final String ID = "calibrated";
    public static final Fraction DEFAULT_ALPHA = Fraction.of(0.5);

    public CalibratedPolicy {
        if (calibration == Calibration.EXACT && alpha.isOne()) {
            throw new IllegalArgumentException("exact weights need alpha below 1");
        }
    }

    /** Whether the sample carries weights. */
    public enum Calibration {
        EXACT,
        SOFT;

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
        return Map.of("alpha", alpha.value(), "calibration", calibration.label());
    }

    @Override
    public boolean scoreOnly() {
        return alpha.isOne();
    }

    @Override
    public boolean seeded() {
        return true;
    }

    @Override
    public Selection select(ScoredSamples samples, Fraction ratio, long seed) {
        int n = samples.size();
        int k = ratio.kept(n);
        if (k == n) {
            return everything(n);
        }
        int byScore = alpha.isOne() ? k : Math.min(alpha.share(k), k - 1);
        int[] scored = SmallestKeys.select(n, samples.mostImportantFirst(), byScore);
        BitSet taken = new BitSet(n);
        for (int i : scored) {
            taken.set(i);
        }
        int[] drawn = draw(taken, n, k - byScore, seed);
        for (int i : drawn) {
            taken.set(i);
        }
        int[] indices = taken.stream().toArray();
        if (calibration == Calibration.SOFT) {
            return new Selection(indices);
        }
        return new Selection(indices, weights(indices, drawn, (double) (n - byScore) / (k - byScore)));
    }

    private Selection everything(int n) {
        int[] indices = new int[n];
        Arrays.setAll(indices, i -> i);
        if (calibration == Calibration.SOFT) {
            return new Selection(indices);
        }
        double[] weights = new double[n];
        Arrays.fill(weights, 1);
        return new Selection(indices, weights);
    }

    private static int[] draw(BitSet taken, int n, int count, long seed) {
        int[] others = new int[n - taken.cardinality()];
        int filled = 0;
        for (int i = taken.nextClearBit(0); i < n; i = taken.nextClearBit(i + 1)) {
            others[filled++] = i;
        }
        RandomKeys keys = RandomKeys.of(seed, ID);
        int[] drawn = SmallestKeys.select(others.length, p -> keys.at(others[p]), count);
        for (int d = 0; d < count; d++) {
            drawn[d] = others[drawn[d]];
        }
        return drawn;
    }

    private static double[] weights(int[] indices, int[] drawn, double weightOfDrawn) {
        double[] weights = new double[indices.length];
        int d = 0;
        for (int p = 0; p < indices.length; p++) {
            boolean random = d < drawn.length && drawn[d] == indices[p];
            weights[p] = random ? weightOfDrawn : 1;
            d += random ? 1 : 0;
        }
        return weights;
    }
}
