package io.winnow.scoring;

import io.winnow.dataset.SourcePositions;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Scores that were computed elsewhere, read as streams so that a set of any size can be kept.
 *
 * @param datasetId the registered dataset they belong to, or null
 * @param dataset its name, or null
 * @param classes number of classes; 0 to take the largest label + 1, or none without labels
 * @param scores one score for every sample, in sample order
 * @param labels one class for every sample, in sample order, or null when they are not known
 * @param positions where the samples stand in the user's data
 */
public record NewScoreSet(
        String name,
        @Nullable UUID datasetId,
        @Nullable String dataset,
        String method,
        Keeps keeps,
        int classes,
        ScoreSource scores,
        @Nullable LabelSource labels,
        SourcePositions positions) {

    /** A stream of scores. */
    @FunctionalInterface
    public interface ScoreSource {

        /**
         * Fills the target from its start with the next scores, as many as there are.
         *
         * @return how many there were: the target's length, or less at the end, 0 after it
         */
        int read(float[] target) throws IOException;

        static ScoreSource of(float[] scores) {
            int[] done = {0};
            return target -> {
                int count = Math.min(target.length, scores.length - done[0]);
                System.arraycopy(scores, done[0], target, 0, count);
                done[0] += count;
                return count;
            };
        }
    }

    /** A stream of labels. */
    @FunctionalInterface
    public interface LabelSource {

        /**
         * Fills the target from its start with the next labels, as many as there are.
         *
         * @return how many there were: the target's length, or less at the end, 0 after it
         */
        int read(int[] target) throws IOException;

        static LabelSource of(int[] labels) {
            int[] done = {0};
            return target -> {
                int count = Math.min(target.length, labels.length - done[0]);
                System.arraycopy(labels, done[0], target, 0, count);
                done[0] += count;
                return count;
            };
        }
    }
}
