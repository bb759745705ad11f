package io.winnow.platform;

import java.time.Duration;

/**
 * Holds a process to a time in which it is gone after it was told to go, whatever still runs in native code: whoever told it
 * would kill it later, and its work waits for its end.
 */
public final class ShutdownLimit {

    /** What a process that SIGTERM ended exits with. */
    private static final int TERMINATED = 143;

    private ShutdownLimit() {}

    /** From the beginning of the JVM's shutdown on, the process lives for at most {@code limit}. */
    public static void arm(Duration limit) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> haltAfter(limit, TERMINATED), "shutdown-limit"));
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
