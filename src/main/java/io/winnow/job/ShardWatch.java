package io.winnow.job;

import io.winnow.job.ShardTable.ShardClaim;
import io.winnow.surrogate.StopSignal;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows once a second that a shard is being computed, and learns from that whether its claim still holds. A shard that shows no
 * step for long is hung: it gives no sign of life any more, and another worker takes it.
 */
final class ShardWatch implements StopSignal, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ShardWatch.class);
    private static final long INTERVAL_MILLIS = 1_000;
    private static final Duration HUNG = Duration.ofMinutes(10);

    private final ShardTable shards;
    private final ShardClaim claim;
    private final StopSignal outer;
    private final ScheduledExecutorService ticker;
    private volatile long lastStep = System.nanoTime();
    private volatile boolean fenced;

    /** @param outer tells the whole process, or the run at work in it, to stop */
    ShardWatch(ShardTable shards, ShardClaim claim, StopSignal outer) {
        this.shards = shards;
        this.claim = claim;
        this.outer = outer;
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "shard-watch");
            thread.setDaemon(true);
            return thread;
        });
        ticker.scheduleWithFixedDelay(this::tick, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean stopRequested() {
        lastStep = System.nanoTime();
        return fenced || outer.stopRequested();
    }

    private void tick() {
        if (System.nanoTime() - lastStep > HUNG.toNanos()) {
            return;
        }
        try {
            fenced = fenced || !shards.beat(claim);
        } catch (RuntimeException e) {
            log.warn("{}: its sign of life cannot be written: {}", claim.key(), e.toString());
        }
    }

    @Override
    public void close() {
        ticker.shutdown();
    }
}
