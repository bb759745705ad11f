package io.winnow.job;

import io.winnow.job.checkpoint.CheckpointFolder.RunFolder;
import java.util.UUID;

/**
 * Names a run.
 *
 * @param number 0-based
 */
record RunKey(UUID job, int number) {

    /** Where its checkpoints and shards lie. */
    RunFolder folder() {
        return new RunFolder(job, number);
    }

    @Override
    public String toString() {
        return "run %d of job %s".formatted(number, job);
    }
}
