package io.winnow.job;

import io.winnow.scoring.ScoreSet;
import java.util.UUID;

/**
 * A score set that a job published.
 *
 * @param epoch the epoch its scores were taken after
 */
public record ScoreSetRef(UUID id, String method, int epoch) {

    static ScoreSetRef of(ScoreSet set) {
        return new ScoreSetRef(set.id(), set.method(), set.epoch() == null ? 0 : set.epoch());
    }
}
