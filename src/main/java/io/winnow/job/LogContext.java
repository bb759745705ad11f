package io.winnow.job;

import java.util.UUID;
import org.slf4j.MDC;

/** Names the job and the run, in the fields {@code job} and {@code run}, in each line that this thread logs until it is closed. */
final class LogContext implements AutoCloseable {

    private static final String JOB = "job";
    private static final String RUN = "run";

    private LogContext() {}

    static LogContext of(UUID job) {
        MDC.put(JOB, job.toString());
        return new LogContext();
    }

    static LogContext of(RunKey run) {
        MDC.put(RUN, Integer.toString(run.number()));
        return of(run.job());
    }

    @Override
    public void close() {
        MDC.remove(JOB);
        MDC.remove(RUN);
    }
}
