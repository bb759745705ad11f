package io.winnow.subset.web;

import org.jspecify.annotations.Nullable;

/** The query parameters that say which subset, as the contract lists them; {@link SubsetRequests} reads them. */
record SubsetQuery(
        @Nullable String ratio,
        @Nullable String scoreSet,
        @Nullable String job,
        @Nullable String dataset,
        @Nullable String method,
        @Nullable String epoch,
        @Nullable String policy,
        @Nullable String alpha,
        @Nullable String calibration,
        @Nullable String skip,
        @Nullable String mislabel,
        @Nullable String quota,
        @Nullable String standardized,
        @Nullable String seed,
        @Nullable String order) {}
