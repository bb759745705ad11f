package io.winnow.job;

import java.util.UUID;

/**
 * A score set that a job published.
 *
 * @param epoch the epoch its scores were taken after
 */
public record ScoreSetRef(UUID id, String method, int epoch) {}
