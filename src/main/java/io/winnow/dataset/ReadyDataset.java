package io.winnow.dataset;

import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an ingested dataset.
 *
 * @param classes class names in the order of the labels
 * @param test null when it has no test split
 * @param normalisation over the training split
 */
public record ReadyDataset(
        UUID id,
        String name,
        SampleShape shape,
        List<String> classes,
        SplitInfo train,
        @Nullable SplitInfo test,
        Normalisation normalisation) {

    /**
     * @param size number of samples
     * @param classCounts samples by class
     * @param checksum {@code sha256:…} over pictures and labels as ingested
     */
    public record SplitInfo(int size, int[] classCounts, String checksum) {}
}
