package io.winnow.job;

import io.winnow.job.RunLedger.Claim;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunScores.EpochAccuracy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a run and the database: once a second it writes, on a thread of its own, how far the run is, and learns from
 * that write whether the claim still holds. The run itself only reads a flag between batches, and goes on while the database
 * is away for less than the time after which its worker counts as dead.
 */
final class RunWatch implements RunListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RunWatch.class);

    /** What a step may take of a shutdown: soon after that the connections are closed, and then the process is halted. */
    private static final long LONGEST_LAST_STEP_NANOS = TimeUnit.SECONDS.toNanos(12);

    /** Why a run was told to stop. */
    enum Stop {
        /** Another worker has claimed the run, or its job has ended. */
        FENCED,
        /** The database could not be reached for so long that another worker may have claimed the run. */
        CUT_OFF,
        /** This process is going down. */
        SHUTDOWN,
        /** It was taken for hung, for which this process is going down: the attempt counts. */
        HUNG
    }

    private final RunTable runs;
    private final Claim claim;
    private final long deadNanos;
    private final BooleanSupplier shuttingDown;
    private final RunMetrics metrics;
    private final StepWatch steps;
    private long confirmed = System.nanoTime();
    private @Nullable Long shutdownSeen;
    private volatile @Nullable RunProgress latest;
    /** What epochs the database has not been told of. */
    private final AtomicReference<@Nullable List<EpochAccuracy>> untold = new AtomicReference<>();

    private volatile @Nullable Stop stop;

    /**
     * @param dead after how long without a sign of life a worker counts as dead
     * @param hungAfter after how long without a step a run counts as hung
     * @param whenHung told once of a run that hangs, and for how long it has shown no step
     */
    RunWatch(
            RunTable runs,
            Claim claim,
            Duration dead,
            BooleanSupplier shuttingDown,
            Duration hungAfter,
            Consumer<Duration> whenHung,
            RunMetrics metrics) {
        this.runs = runs;
        this.claim = claim;
        this.deadNanos = dead.toNanos();
        this.shuttingDown = shuttingDown;
        this.metrics = metrics;
        this.steps = StepWatch.begin(() -> LogContext.of(claim.run()), hungAfter, whenHung, this::look);
    }

    @Override
    public void progress(RunProgress progress) {
        steps.step();
        latest = progress;
    }

    @Override
    public void trained(List<EpochAccuracy> history) {
        untold.set(history);
    }

    @Override
    public boolean stopRequested() {
        steps.step();
        return stopped() != null;
    }

    @Override
    public boolean goesOnLater() {
        return stopped() == Stop.SHUTDOWN;
    }

    /** Why the run was told to stop, also by an interrupt before it asked; null when it was not. */
    @Nullable
    Stop stopped() {
        if (stop == null && shuttingDown.getAsBoolean()) {
            stop = steps.hung() ? Stop.HUNG : Stop.SHUTDOWN;
        }
        return stop;
    }

    private void look() {
        try {
            releaseIfLate();
            if (runs.progress(claim.run(), claim.fence(), latest)) {
                confirmed = System.nanoTime();
                tellEpochs();
            } else if (stop == null && !steps.over()) {
                log.info("{}: fenced, the claim {} does not hold any more", claim.run(), claim.fence());
                stop = Stop.FENCED;
                metrics.fenced(RunMetrics.Write.PROGRESS);
            }
        } catch (RuntimeException e) {
            log.warn("{}: its progress cannot be written: {}", claim.run(), e.toString());
            if (System.nanoTime() - confirmed > deadNanos && stop == null) {
                stop = Stop.CUT_OFF;
            }
        }
    }

    /**
     * A run that asks too seldom whether to stop is given back for it, as if this attempt had not been, while there is a database: its
     * process will be halted before it asks again.
     */
    private void releaseIfLate() {
        if (!shuttingDown.getAsBoolean() || steps.hung() || steps.over()) {
            return;
        }
        if (shutdownSeen == null) {
            shutdownSeen = System.nanoTime();
        } else if (System.nanoTime() - shutdownSeen > LONGEST_LAST_STEP_NANOS
                && runs.giveBack(claim.run(), claim.fence(), true, null)) {
            log.info("{} is released in the midst of a step: this process is going down", claim.run());
        }
    }

    /** The next look tries again where the database went away meanwhile. */
    private void tellEpochs() {
        List<EpochAccuracy> history = untold.get();
        if (history != null) {
            runs.trained(claim.run(), claim.fence(), history);
            untold.compareAndSet(history, null);
        }
    }

    /** How long the run has shown no step. */
    double silentSeconds() {
        return steps.silentSeconds();
    }

    @Override
    public void close() {
        steps.close();
    }
}
