package io.winnow.job;

import io.winnow.platform.ShutdownLimit;
import io.winnow.surrogate.DeviceFailure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The end of a process that cannot work any more: whose run, shard or publication hangs in native code or in a file, where no
 * interrupt reaches it, or whose GPU failed, with its context in the process lost. It says why and goes, so that the work is done
 * elsewhere. The attempt counts.
 */
@Component
class ProcessEnd {

    /** The exit code: a temporary failure by the convention of sysexits. */
    static final int EXIT = 75;

    private static final Logger log = LoggerFactory.getLogger(ProcessEnd.class);

    /** Shorter than any process may take to go down, which ends with another code. */
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(17);

    private final RunMetrics metrics;
    private final DeviceFailures deviceFailures;
    private final AtomicBoolean ending = new AtomicBoolean();

    ProcessEnd(RunMetrics metrics, DeviceFailures deviceFailures) {
        this.metrics = metrics;
        this.deviceFailures = deviceFailures;
    }

    /**
     * @param work a run, a shard or a publication; a run and its shard both tell of a shard that hangs with its run's own worker
     * @param silence how long it showed no step
     */
    void hung(Object work, Duration silence) {
        if (ending.getAndSet(true)) {
            return;
        }
        metrics.hung();
        log.error(
                "{} has shown no step for {} s while its process lives: it is taken as hung, and the process exits with {}\n{}",
                work,
                silence.toSeconds(),
                EXIT,
                threads());
        exit();
    }

    /**
     * Goes where the failure of a run or shard is one of its device, and leaves word of it to the processes that come after.
     *
     * @param device that it was on
     */
    void ifDeviceIsLost(Object work, String device, Throwable failure) {
        if (!DeviceFailure.isReasonOf(failure) || ending.getAndSet(true)) {
            return;
        }
        log.error(
                "the device of {} failed: nothing in this process can use it any more, which exits with {}",
                work,
                EXIT,
                failure);
        try {
            deviceFailures.add(device, failure);
        } finally {
            exit();
        }
    }

    void exit() {
        ShutdownLimit.haltAfter(LONGEST_GOODBYE, EXIT);
        new Thread(() -> System.exit(EXIT), "exit-lost-process").start();
    }

    private static String threads() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> thread :
                Thread.getAllStackTraces().entrySet()) {
            text.append('"').append(thread.getKey().getName()).append("\" ");
            text.append(thread.getKey().getState()).append('\n');
            for (StackTraceElement frame : thread.getValue()) {
                text.append("    at ").append(frame).append('\n');
            }
        }
        return text.toString();
    }
}
