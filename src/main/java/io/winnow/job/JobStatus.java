package io.winnow.job;

/** Where a job is on its way. */
public enum JobStatus {
    /** Accepted; no run has begun. */
    QUEUED,
    /** At least one run has begun. */
    RUNNING,
    /** What all runs found is brought together and stored. */
    SUCCEEDED,
    /** A run could not be done; the error says why. */
    FAILED,
    /** Stopped by the user. */
    CANCELLED;

    /** Whether nothing changes any more. */
    public boolean ended() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }
}
