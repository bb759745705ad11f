package io.winnow.job;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks once a second, on a thread of its own, after work that shows its steps. Work that shows none for very long while its
 * process lives is hung.
 */
final class StepWatch implements AutoCloseable {

    private static final long INTERVAL_MILLIS = 1_000;

    /** Who looks so late has not been at work: the whole process stood still. */
    private static final long STOOD_STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(3 * INTERVAL_MILLIS);

    private final RunKey run;
    private final long hungNanos;
    private final Consumer<Duration> whenHung;
    private final Runnable look;
    private final ScheduledExecutorService ticker;
    private volatile long lastStep = System.nanoTime();
    private volatile boolean over;
    private long looked = lastStep;
    private boolean hung;

    /**
     * @param run that the work is for
     * @param whenHung told once of work that hangs, and for how long it has shown no step
     * @param look done each time; what it throws ends the watch
     */
    StepWatch(RunKey run, Duration hungAfter, Consumer<Duration> whenHung, Runnable look) {
        this.run = run;
        this.hungNanos = hungAfter.toNanos();
        this.whenHung = whenHung;
        this.look = look;
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "step-watch");
            thread.setDaemon(true);
            return thread;
        });
        ticker.scheduleWithFixedDelay(this::tick, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    void step() {
        lastStep = System.nanoTime();
    }

    /** How long the work has shown no step. */
    double silentSeconds() {
        return (System.nanoTime() - lastStep) / 1e9;
    }

    boolean over() {
        return over;
    }

    private void tick() {
        try (LogContext named = LogContext.of(run)) {
            if (System.nanoTime() - looked > STOOD_STILL_NANOS) {
                step();
            }
            endIfHung();
            look.run();
        } finally {
            looked = System.nanoTime();
        }
    }

    /** Before the look, which asks the database: work can hang while that is away, too. */
    private void endIfHung() {
        long silence = System.nanoTime() - lastStep;
        if (silence > hungNanos && !hung && !over) {
            hung = true;
            whenHung.accept(Duration.ofNanos(silence));
        }
    }

    @Override
    public void close() {
        over = true;
        ticker.shutdown();
    }
}
