package io.winnow.job;

import java.util.UUID;

/**
 * Names a run.
 *
 * @param number 0-based
 */
record RunKey(UUID job, int number) {

    @Override
    public String toString() {
        return "run %d of job %s".formatted(number, job);
    }
}
