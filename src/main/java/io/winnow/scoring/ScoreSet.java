package io.winnow.scoring;

import io.winnow.dataset.SourcePositions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One score for every sample of a training split: immutable once written.
 *
 * @param datasetId null for imported scores that belong to no registered dataset
 * @param dataset the dataset's name, or null
 * @param job the job that computed it, or null for imported scores
 * @param name the name given at import, or null
 * @param epoch the epoch it was taken after, or null for imported scores
 * @param runs number of runs averaged
 * @param size N
 * @param classes number of classes when labels are known, else 0
 * @param std standard deviation of the scores over the samples (with N, not N − 1)
 * @param reliability how well the halves of the runs agree; null under two runs and for imported scores
 * @param facts what the method tells beside the scores, means over the runs
 * @param warnings what to know before relying on these scores
 * @param positions where the scored samples stand in the user's data, of which some may have been skipped
 */
public record ScoreSet(
        UUID id,
        @Nullable UUID datasetId,
        @Nullable String dataset,
        @Nullable UUID job,
        @Nullable String name,
        String method,
        @Nullable Integer epoch,
        int runs,
        Keeps keeps,
        int size,
        int classes,
        double min,
        double max,
        double mean,
        double std,
        Histogram histogram,
        @Nullable Reliability reliability,
        Map<String, Double> facts,
        List<String> warnings,
        Instant createdAt,
        SourcePositions positions) {

    /**
     * @param edges [bins + 1]
     * @param counts [bins]
     */
    public record Histogram(double[] edges, long[] counts) {}

    /**
     * Whether the runs are enough: the mean scores of the even runs (0, 2, …) against those of the odd ones.
     *
     * @param splitHalfSpearman rank correlation of the two halves; null when one of them is constant
     * @param spearmanBrown what that says of the mean over all runs, 2ρ / (1 + ρ); null where ρ is negative or null
     * @param overlap for ratios kept, the share of one half's most important samples that the other half picks too
     */
    public record Reliability(
            @Nullable Double splitHalfSpearman, @Nullable Double spearmanBrown, List<Overlap> overlap) {}

    /**
     * @param ratio ratio kept
     * @param share of the samples kept by one half, those kept by the other too, in [0, 1]
     */
    public record Overlap(double ratio, double share) {}
}
