package io.winnow.platform;

import java.time.Duration;
import java.util.List;
import sun.misc.Signal;

/**
 * Holds a process to a time in which it is gone after it was told to go, whatever still runs in native code: whoever told it
 * would kill it later, and its work waits for its end. Who tells it once more does not want to wait for that either.
 */
public final class ShutdownLimit {

    /** What a process that SIGTERM ended exits with. */
    private static final int TERMINATED = 143;

    private static final int BY_SIGNAL = 128;

    private ShutdownLimit() {}

    /** From the beginning of the JVM's shutdown on, the process lives for at most {@code limit}. */
    public static void arm(Duration limit) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> haltAfter(limit, TERMINATED), "shutdown-limit"));
    }

    /** From the beginning of the JVM's shutdown on, which itself passes over further signals, the next one ends the process at once. */
    public static void haltAtSecondSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(ShutdownLimit::haltAtNextSignal, "second-signal"));
    }

    private static void haltAtNextSignal() {
        for (String name : List.of("TERM", "INT")) {
            try {
                Signal.handle(new Signal(name), signal -> Runtime.getRuntime().halt(BY_SIGNAL + signal.getNumber()));
            } catch (IllegalArgumentException e) {
                // With -Xrs the JVM leaves signals to the system, to which the first one is the last.
            }
        }
    }

    /**
     * The process lives no longer than {@code limit} from now. Told by a daemon of its own: the JVM waits for hooks, but not for daemons.
     */
    public static void haltAfter(Duration limit, int code) {
        Thread daemon = new Thread(
                () -> {
                    try {
                        Thread.sleep(limit.toMillis());
                        Runtime.getRuntime().halt(code);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "halt-after-limit");
        daemon.setDaemon(true);
        daemon.start();
    }
}
