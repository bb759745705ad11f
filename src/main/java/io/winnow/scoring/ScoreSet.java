package io.winnow.scoring;

import java.time.Instant;
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
 * @param std standard deviation of the scores over the samples
 * @param facts what the method and the statistics over runs tell beside the scores
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
        Map<String, Object> facts,
        Instant createdAt) {

    /**
     * @param edges [bins + 1]
     * @param counts [bins]
     */
    public record Histogram(double[] edges, long[] counts) {}
}
