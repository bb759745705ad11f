package io.winnow.job;

import org.jspecify.annotations.Nullable;

/**
 * What a job would take that was not made.
 *
 * @param estimate null when no worker has answered in time
 * @param reason why there is no estimate
 */
public record DryRun(@Nullable Estimate estimate, @Nullable String reason) {}
