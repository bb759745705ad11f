package io.winnow.job;

import io.winnow.job.RunLedger.Claim;
import io.winnow.job.ShardTable.Shard;
import io.winnow.job.ShardTable.ShardClaim;
import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.ShardSettings;
import io.winnow.scoring.ShardSettings.Sharding;
import io.winnow.scoring.Shards;
import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** What spreading takes beside the run itself: this worker's name, the limits, the folder that all see, and the invitations. */
@Component
class ShardSpread {

    private static final Logger log = LoggerFactory.getLogger(ShardSpread.class);

    private final ShardTable table;
    private final ShardTasks tasks;
    private final CheckpointFolder folder;
    private final ShardSettings shardSettings;
    private final JobSettings settings;
    private final SchedulerTimes times;
    private final Worker worker;
    private final ProcessEnd processEnd;
    private final JdbcClient jdbc;

    ShardSpread(
            ShardTable table,
            ShardTasks tasks,
            CheckpointFolder folder,
            ShardSettings shardSettings,
            JobSettings settings,
            SchedulerTimes times,
            Worker worker,
            ProcessEnd processEnd,
            JdbcClient jdbc) {
        this.table = table;
        this.tasks = tasks;
        this.folder = folder;
        this.shardSettings = shardSettings;
        this.settings = settings;
        this.times = times;
        this.worker = worker;
        this.processEnd = processEnd;
        this.jdbc = jdbc;
    }

    /** @param device kind of device that the run is on */
    Shards of(Claim claim, StopSignal stop, String device) {
        return shardSettings.sharding() == Sharding.NEVER ? Shards.NONE : new RunShards(this, claim, stop, device);
    }

    ShardTable table() {
        return table;
    }

    CheckpointFolder folder() {
        return folder;
    }

    int shardSize() {
        return shardSettings.shardSize();
    }

    boolean spreads(int samples) {
        if (samples <= shardSettings.shardSize()) {
            return false;
        }
        return shardSettings.sharding() == Sharding.ALWAYS || workersAlive() > 1;
    }

    /** Makes tasks of the shards; without them the run computes all itself. */
    void invite(Claim claim, String pass, int shards) {
        try {
            tasks.schedule(claim.run(), pass, shards, claim.job().priority());
        } catch (DataAccessException | TransactionException e) {
            log.warn("{}: nobody could be invited to {}: {}", claim.run(), pass, e.toString());
        }
    }

    /** Takes a shard on the invitation of the run's worker. */
    Optional<ShardClaim> claim(RunKey run, String pass, int number) {
        return table.claim(run, null, pass, number, worker.id(), settings.mostAttempts(), times.dead());
    }

    /** Takes any shard that is free, for the worker of the run. */
    Optional<ShardClaim> claim(Claim claim, String pass) {
        return table.claim(claim.run(), claim.fence(), pass, null, worker.id(), settings.mostAttempts(), times.dead());
    }

    /** @param stop tells whoever computes the shard to stop */
    ShardWatch watch(ShardClaim shard, StopSignal stop) {
        return new ShardWatch(
                table, shard, stop, settings.hungAfter(), silence -> processEnd.hung(shard.key(), silence));
    }

    /** Where it failed for its device, this process can compute no other either. */
    void failed(ShardClaim shard, String device, Throwable failure) {
        processEnd.ifDeviceIsLost(shard.key(), device, failure);
    }

    int shardsOf(int samples) {
        int size = shardSettings.shardSize();
        return (int) ((samples + (long) size - 1) / size);
    }

    List<Shard> shards(RunKey run, String pass) {
        return table.shards(run, pass, settings.mostAttempts(), times.dead());
    }

    /** Writes the results of a shard under a name that only this claim has. */
    String write(ShardClaim claim, Checkpoints.Content content) throws IOException {
        String name = "shard-%d-%d".formatted(claim.key().number(), claim.fence());
        return folder.writeShard(claim.key().run().folder(), claim.key().pass(), name, content);
    }

    private int workersAlive() {
        try {
            return jdbc.sql("""
                            SELECT count(*) FROM worker
                             WHERE heartbeat_at > clock_timestamp() - make_interval(secs => :dead)
                            """)
                    .param("dead", times.dead().toMillis() / 1000.0)
                    .query(Integer.class)
                    .single();
        } catch (DataAccessException e) {
            return 0;
        }
    }
}
