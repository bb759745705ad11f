package io.winnow.noise;

import io.winnow.dataset.SourcePositions;
import io.winnow.noise.NoiseAuditReport.Cut;
import io.winnow.noise.NoiseAuditReport.SuspectLabel;
import io.winnow.noise.NoiseAuditReport.WindowSweep;
import io.winnow.platform.Fraction;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import io.winnow.subset.ScoredSamples;
import io.winnow.subset.SubsetPolicies;
import io.winnow.subset.SubsetPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the scores of one method tell of planted wrong labels and of the others. */
final class NoiseAudit {

    static final int MOST_SUSPECTS = 1_000;

    private static final List<String> RATIOS = List.of("0.3", "0.5", "0.7");
    private static final List<String> SKIPS = List.of("0", "0.02", "0.05", "0.1", "0.15", "0.2", "0.3");

    private final float[] scores;
    private final Keeps keeps;
    private final BitSet planted;
    private final int[] ranking;

    /**
     * @param scores [N]
     * @param planted which samples have a label that was made wrong; at least one
     */
    NoiseAudit(float[] scores, Keeps keeps, BitSet planted) {
        this.scores = scores;
        this.keeps = keeps;
        this.planted = planted;
        this.ranking = Ranking.of(scores, keeps);
    }

    /**
     * The deepest place j of the ranking with at least j/2 planted samples down to it, carried over to the other samples by
     * its score: those that are as suspect. Null where there is none.
     */
    @Nullable
    Cut cut() {
        int found = 0;
        int deepest = 0;
        for (int j = 1; j <= ranking.length; j++) {
            found += planted.get(ranking[j - 1]) ? 1 : 0;
            if (2 * found >= j) {
                deepest = j;
            }
        }
        if (deepest == 0) {
            return null;
        }
        float score = scores[ranking[deepest - 1]];
        int above = 0;
        int plantedAbove = 0;
        while (above < ranking.length && asSuspectAs(scores[ranking[above]], score)) {
            plantedAbove += planted.get(ranking[above]) ? 1 : 0;
            above++;
        }
        int total = planted.cardinality();
        return new Cut(
                score,
                (double) plantedAbove / total,
                above - plantedAbove,
                (double) (above - plantedAbove) / Math.max(1, scores.length - total));
    }

    private boolean asSuspectAs(float one, float other) {
        return keeps == Keeps.HIGHEST ? one >= other : one <= other;
    }

    /**
     * The samples above a cut that were not planted, the most suspect first.
     *
     * @param labels [N]
     * @param predicted [N], or null
     * @param positions where the samples stand in the user's data
     */
    List<SuspectLabel> suspects(
            @Nullable Cut cut, int[] labels, int @Nullable [] predicted, SourcePositions positions) {
        if (cut == null) {
            return List.of();
        }
        return Arrays.stream(ranking)
                .filter(sample -> !planted.get(sample))
                .limit(Math.min(MOST_SUSPECTS, cut.suspects()))
                .mapToObj(sample -> new SuspectLabel(
                        positions.source(sample),
                        labels[sample],
                        predicted == null ? null : predicted[sample],
                        scores[sample]))
                .toList();
    }

    /** What is left of the planted samples by ratio and skip; nothing is trained. */
    List<WindowSweep> windows() {
        ScoredSamples samples = ScoredSamples.of(scores, keeps, null, 0);
        List<WindowSweep> windows = new ArrayList<>();
        for (String ratio : RATIOS) {
            for (String skip : SKIPS) {
                SubsetPolicy window = SubsetPolicies.of("window", Map.of("skip", skip), "");
                int[] kept = window.select(samples, Fraction.parse(ratio, "ratio"), 0)
                        .indices();
                long left = Arrays.stream(kept).filter(planted::get).count();
                windows.add(new WindowSweep(
                        Double.parseDouble(ratio),
                        Double.parseDouble(skip),
                        (double) left / planted.cardinality(),
                        (double) left / kept.length));
            }
        }
        return windows;
    }
}
