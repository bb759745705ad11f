package io.winnow.subset;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a request.
 *
 * @param classCounts kept samples by class, or null when the classes are not known
 * @param classTotals all samples by class, or null
 * @param checksum see {@link IndexChecksum}
 */
public record Subset(
        KeptSamples samples, int @Nullable [] classCounts, int @Nullable [] classTotals, String checksum) {}
