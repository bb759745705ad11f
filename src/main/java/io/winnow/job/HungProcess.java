package io.winnow.job;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The end of a process whose run or shard hangs in native code, where no interrupt reaches it: it says where all threads are
 * and goes, so that the work is revived elsewhere. The attempt counts.
 */
@Component
class HungProcess {

    /** The exit code: a temporary failure by the convention of sysexits. */
    static final int EXIT = 75;

    private static final Logger log = LoggerFactory.getLogger(HungProcess.class);

    /** Shorter than any process may take to go down, which ends with another code. */
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(17);

    private final RunMetrics metrics;
    private final AtomicBoolean ending = new AtomicBoolean();

    HungProcess(RunMetrics metrics) {
        this.metrics = metrics;
    }

    /**
     * @param work a run or a shard; both tell of a shard that hangs with its run's own worker
     * @param silence how long it showed no step
     */
    void end(Object work, Duration silence) {
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
        Thread halt = new Thread(HungProcess::haltAfterGoodbye, "halt-hung-process");
        halt.setDaemon(true);
        halt.start();
        new Thread(() -> System.exit(EXIT), "exit-hung-process").start();
    }

    private static void haltAfterGoodbye() {
        try {
            Thread.sleep(LONGEST_GOODBYE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(EXIT);
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
