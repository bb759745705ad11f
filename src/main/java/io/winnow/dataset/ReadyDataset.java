package io.winnow.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an ingested dataset.
 *
 * @param element what the values of its samples are
 * @param classes class names in the order of the labels
 * @param test null when it has no test split
 * @param normalisation over the training split
 */
public record ReadyDataset(
        UUID id,
        String name,
        SampleShape shape,
        Element element,
        List<String> classes,
        SplitInfo train,
        @Nullable SplitInfo test,
        Normalisation normalisation) {

    public @Nullable SplitInfo split(Split split) {
        return split == Split.TRAIN ? train : test;
    }

    /**
     * @param size number of samples, those that were skipped left out
     * @param classCounts samples by class
     * @param checksum {@code sha256:…} over pictures and labels as ingested
     * @param positions where the samples stand in the user's data
     */
    public record SplitInfo(
            int size,
            int[] classCounts,
            String checksum,
            @JsonIgnore SourcePositions positions) {

        /** Samples of the user's data that could not be used. */
        @JsonProperty
        public int skipped() {
            return positions.skippedCount();
        }

        /** Samples in the user's data. */
        public int sourceSize() {
            return size + positions.skippedCount();
        }
    }
}
