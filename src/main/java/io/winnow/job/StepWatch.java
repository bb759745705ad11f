package io.winnow.job;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Looks once a second, on a thread of its own, after work that shows its steps. Work that shows none for very long while its
 * process lives is hung.
 */
final class StepWatch implements AutoCloseable {

    private static final long INTERVAL_MILLIS = 1_000;

    /** Who looks so late has not been at work: the whole process stood still. */
    private static final long STOOD_STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(3 * INTERVAL_MILLIS);

    private final Supplier<LogContext> named;
    private final long hungNanos;
    private final Consumer<Duration> whenHung;
    private final Runnable look;
    private final LongSupplier nanos;
    private final ScheduledExecutorService ticker;
    private volatile long lastStep;
    private volatile boolean over;
    private long looked;
    private volatile boolean hung;

    /**
     * @param named what the work is for, in all that the watch logs
     * @param whenHung told once of work that hangs, and for how long it has shown no step
     * @param look done each time; what it throws ends the watch
     */
    static StepWatch begin(Supplier<LogContext> named, Duration hungAfter, Consumer<Duration> whenHung, Runnable look) {
        StepWatch watch = new StepWatch(named, hungAfter, whenHung, look, System::nanoTime);
        watch.ticker.scheduleWithFixedDelay(watch::tick, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return watch;
    }

    /** One that looks only when it is told to. */
    StepWatch(
            Supplier<LogContext> named,
            Duration hungAfter,
            Consumer<Duration> whenHung,
            Runnable look,
            LongSupplier nanos) {
        this.named = named;
        this.hungNanos = hungAfter.toNanos();
        this.whenHung = whenHung;
        this.look = look;
        this.nanos = nanos;
        this.lastStep = nanos.getAsLong();
        this.looked = lastStep;
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "step-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    void step() {
        lastStep = nanos.getAsLong();
    }

    /** How long the work has shown no step. */
    double silentSeconds() {
        return (nanos.getAsLong() - lastStep) / 1e9;
    }

    boolean over() {
        return over;
    }

    /** Whether it was once taken for hung, and its process told to go: what it does should it wake comes too late. */
    boolean hung() {
        return hung;
    }

    void tick() {
        try (LogContext names = named.get()) {
            if (nanos.getAsLong() - looked > STOOD_STILL_NANOS) {
                step();
            }
            endIfHung();
            look.run();
        } finally {
            looked = nanos.getAsLong();
        }
    }

    /** Before the look, which asks the database: work can hang while that is away, too. */
    private void endIfHung() {
        long silence = nanos.getAsLong() - lastStep;
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
