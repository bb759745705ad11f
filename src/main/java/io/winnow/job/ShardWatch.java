package io.winnow.job;

import io.winnow.job.ShardTable.ShardClaim;
import io.winnow.surrogate.StopSignal;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows once a second that a shard is being computed, and learns from that whether its claim still holds. */
final class ShardWatch implements StopSignal, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ShardWatch.class);

    private final ShardTable shards;
    private final ShardClaim claim;
    private final StopSignal outer;
    private final StepWatch steps;
    private volatile boolean fenced;

    /**
     * @param outer tells the whole process, or the run at work in it, to stop
     * @param hungAfter after how long without a step the shard counts as hung
     * @param whenHung told once of a shard that hangs, and for how long it has shown no step
     */
    ShardWatch(ShardTable shards, ShardClaim claim, StopSignal outer, Duration hungAfter, Consumer<Duration> whenHung) {
        this.shards = shards;
        this.claim = claim;
        this.outer = outer;
        this.steps = StepWatch.begin(() -> LogContext.of(claim.key().run()), hungAfter, whenHung, this::beat);
    }

    /** @throws IllegalStateException when the shard wakes that was taken for hung: its attempt counts */
    @Override
    public boolean stopRequested() {
        if (steps.hung()) {
            throw new IllegalStateException("it was taken for hung, and its process is going down");
        }
        steps.step();
        return fenced || outer.stopRequested();
    }

    private void beat() {
        try {
            fenced = fenced || !shards.beat(claim);
        } catch (RuntimeException e) {
            log.warn("{}: its sign of life cannot be written: {}", claim.key(), e.toString());
        }
    }

    @Override
    public void close() {
        steps.close();
    }
}
