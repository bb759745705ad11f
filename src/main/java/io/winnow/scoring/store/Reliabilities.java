package io.winnow.scoring.store;

import io.winnow.scoring.Agreement;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import io.winnow.scoring.ScoreSet.Overlap;
import io.winnow.scoring.ScoreSet.Reliability;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How well two halves of the runs agree. */
final class Reliabilities {

    private static final double[] RATIOS = {0.1, 0.3, 0.5};

    private Reliabilities() {}

    /**
     * @param even [N] mean scores of one half of the runs
     * @param odd [N] of the other
     */
    static Reliability of(float[] even, float[] odd, Keeps keeps) {
        Double spearman = Agreement.spearman(even, odd);
        int[] rankingEven = Ranking.of(even, keeps);
        int[] rankingOdd = Ranking.of(odd, keeps);
        List<Overlap> overlaps = new ArrayList<>();
        for (double ratio : RATIOS) {
            int kept = (int) Math.max(1, Math.floor(ratio * even.length + 0.5));
            overlaps.add(new Overlap(ratio, Agreement.overlap(rankingEven, rankingOdd, kept)));
        }
        return new Reliability(spearman, spearmanBrown(spearman), overlaps);
    }

    /** Spearman (1910), Brown (1910): what twice as many runs as in a half would reach. Means nothing below zero. */
    private static @Nullable Double spearmanBrown(@Nullable Double half) {
        return half == null || half < 0 ? null : 2 * half / (1 + half);
    }
}
