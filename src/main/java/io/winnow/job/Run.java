package io.winnow.job;

import io.winnow.scoring.RunListener.Phase;
import org.jspecify.annotations.Nullable;

/**
 * A run as it stands in the database.
 *
 * @param fence raised by every claim: results count under the present one only
 * @param attempts claims so far, less those that a shutdown gave back
 * @param worker who claimed it last
 * @param fraction share of its work that is done, in [0, 1]
 * @param trainAccuracy after its last epoch so far, as {@code testAccuracy}
 * @param seconds wall time of its training and passes, once it is done
 * @param pacedFraction share of its work that its present worker has shown
 * @param pacedSeconds from that worker's first sign of progress to its last, without the time that it was away
 */
record Run(
        RunKey key,
        long seed,
        Status status,
        long fence,
        int attempts,
        @Nullable String worker,
        @Nullable Phase phase,
        int epoch,
        double fraction,
        @Nullable Double samplesPerSecond,
        @Nullable Double trainAccuracy,
        @Nullable Double testAccuracy,
        @Nullable Double seconds,
        @Nullable Double pacedFraction,
        @Nullable Double pacedSeconds) {

    /** Where a run is on its way. */
    enum Status {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        /** Not done, or not to its end, because the job ended before. */
        DROPPED;

        boolean ended() {
            return this == SUCCEEDED || this == FAILED || this == DROPPED;
        }
    }
}
