package io.winnow.job;

import io.winnow.scoring.ShardPass;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The rows of passes that are spread, and of their shards. What the worker of the run changes names the fence of its claim on
 * the run, what a shard's worker changes that of the shard. Times are the database's.
 */
@Component
class ShardTable {

    /** A pass can be opened anew under the same name: what was claimed of the former one must hit no row of this one. */
    private static final String CLAIM = """
            UPDATE shard s
               SET fence = greatest(s.fence + 1, pg_current_xact_id()::text::bigint), attempts = s.attempts + 1, status = 'RUNNING', worker = :worker,
                   heartbeat_at = clock_timestamp()
              FROM shard_pass p
             WHERE p.job_id = s.job_id AND p.run = s.run AND p.pass = s.pass
               AND s.job_id = :job AND s.run = :run AND s.pass = :pass
               AND s.number = (SELECT f.number FROM shard f
                                WHERE f.job_id = :job AND f.run = :run AND f.pass = :pass
                                  AND (CAST(:number AS integer) IS NULL OR f.number = :number)
                                  AND f.attempts < :most
                                  AND (f.status = 'QUEUED' OR f.status = 'RUNNING' AND f.heartbeat_at
                                       < clock_timestamp() - make_interval(secs => :dead))
                                ORDER BY f.number LIMIT 1 FOR UPDATE SKIP LOCKED)
               AND EXISTS (SELECT FROM run r WHERE r.job_id = s.job_id AND r.number = s.run
                              AND r.fence = coalesce(CAST(:ofRun AS bigint), r.fence)
                              AND r.status IN ('QUEUED', 'RUNNING'))
            RETURNING s.number, s.fence, s.first_sample, s.end_sample, p.state, p.kind, p.part
            """;

    private static final String BEAT = """
            UPDATE shard s SET heartbeat_at = clock_timestamp()
             WHERE s.job_id = :job AND s.run = :run AND s.pass = :pass AND s.number = :number AND s.fence = :fence
               AND s.status = 'RUNNING'
               AND EXISTS (SELECT FROM run r WHERE r.job_id = s.job_id AND r.number = s.run
                              AND r.status IN ('QUEUED', 'RUNNING'))
            """;

    private static final String DONE = """
            UPDATE shard SET status = 'DONE', file = :file
             WHERE job_id = :job AND run = :run AND pass = :pass AND number = :number AND fence = :fence
               AND (status = 'RUNNING' OR status = 'DONE' AND file = :file)
            """;

    private static final String GIVE_BACK = """
            UPDATE shard SET status = 'QUEUED', fence = fence + 1, attempts = attempts - :refund
             WHERE job_id = :job AND run = :run AND pass = :pass AND number = :number AND fence = :fence
               AND status = 'RUNNING'
            """;

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final HeartbeatPool heartbeats;

    ShardTable(JdbcClient jdbc, JdbcTemplate batches, HeartbeatPool heartbeats) {
        this.jdbc = jdbc;
        this.heartbeats = heartbeats;
        this.batches = batches;
    }

    /** Names a shard. */
    record ShardKey(RunKey run, String pass, int number) {

        @Override
        public String toString() {
            return "shard %d of %s of %s".formatted(number, pass, run);
        }
    }

    /**
     * The right to compute a shard, until somebody claims it anew.
     *
     * @param state the file of the pass
     */
    record ShardClaim(ShardKey key, long fence, int from, int to, String state, ShardPass pass) {}

    /**
     * A shard as it stands.
     *
     * @param spent whether it may not be begun again and nobody seems to be at work on it
     */
    record Shard(
            int number,
            int from,
            int to,
            @Nullable String file,
            boolean spent,
            @Nullable String worker) {}

    /**
     * Opens a pass for a run's claim. Shards that were computed before from the same state stay, where they are of this size; each may
     * be begun twice more, for attempts to compute it are counted within a claim: an earlier one may have ended by a shutdown.
     *
     * @param digest of the state's content
     * @return false when the claim does not hold any more
     */
    @Transactional
    public boolean open(
            RunKey run, long fence, ShardPass pass, String state, byte[] digest, String device, int samples, int size) {
        if (!holds(run, fence)) {
            return false;
        }
        if (ofPass("""
                                UPDATE shard_pass p SET state = :state
                                 WHERE job_id = :job AND run = :run AND pass = :pass AND digest = :digest AND device = :device
                                   AND EXISTS (SELECT FROM shard s
                                                WHERE s.job_id = p.job_id AND s.run = p.run AND s.pass = p.pass
                                                  AND s.number = 0 AND s.end_sample = :first)
                                """, run, pass.id())
                        .param("first", Math.min(samples, size))
                        .param("state", state)
                        .param("digest", digest)
                        .param("device", device)
                        .update()
                == 1) {
            ofPass(
                            "UPDATE shard SET attempts = 1 WHERE job_id = :job AND run = :run AND pass = :pass AND attempts > 1",
                            run,
                            pass.id())
                    .update();
            return true;
        }
        forget(run, pass.id());
        jdbc.sql(
                        "INSERT INTO shard_pass (job_id, run, pass, kind, part, state, digest, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                .params(run.job(), run.number(), pass.id(), pass.kind().name(), pass.part(), state, digest, device)
                .update();
        List<Object[]> shards = new java.util.ArrayList<>();
        for (long from = 0; from < samples; from += size) {
            shards.add(new Object[] {
                run.job(), run.number(), pass.id(), shards.size(), (int) from, (int) Math.min(samples, from + size)
            });
        }
        batches.batchUpdate(
                "INSERT INTO shard (job_id, run, pass, number, first_sample, end_sample) VALUES (?, ?, ?, ?, ?, ?)",
                shards);
        return true;
    }

    /**
     * Takes over a shard, or the first that is free, and counts the attempt.
     *
     * @param ofRun the fence of the claim on the run, where its own worker asks
     */
    Optional<ShardClaim> claim(
            RunKey run,
            @Nullable Long ofRun,
            String pass,
            @Nullable Integer number,
            String worker,
            int mostAttempts,
            Duration dead) {
        return ofPass(CLAIM, run, pass)
                .param("ofRun", ofRun)
                .param("number", number)
                .param("worker", worker)
                .param("most", mostAttempts)
                .param("dead", dead.toMillis() / 1000.0)
                .query((row, i) -> new ShardClaim(
                        new ShardKey(run, pass, row.getInt("number")),
                        row.getLong("fence"),
                        row.getInt("first_sample"),
                        row.getInt("end_sample"),
                        row.getString("state"),
                        new ShardPass(pass, ShardPass.Kind.valueOf(row.getString("kind")), row.getInt("part"))))
                .optional();
    }

    /** @return false when the claim does not hold any more */
    boolean beat(ShardClaim claim) {
        return fenced(heartbeats.jdbc(), BEAT, claim).update() == 1;
    }

    /** @return false when the claim does not hold any more; true again for one that has said so before */
    boolean done(ShardClaim claim, String file) {
        return fenced(DONE, claim).param("file", file).update() == 1;
    }

    /**
     * @param refund whether the attempt does not count
     * @return false when the claim does not hold any more
     */
    boolean giveBack(ShardClaim claim, boolean refund) {
        return fenced(GIVE_BACK, claim).param("refund", refund ? 1 : 0).update() == 1;
    }

    /**
     * What a shard gave cannot be read: it is to be computed again.
     *
     * @return false when the claim on the run does not hold any more
     */
    @Transactional
    public boolean redo(RunKey run, long fence, String pass, int number) {
        if (!holds(run, fence)) {
            return false;
        }
        ofPass(
                        "UPDATE shard SET status = 'QUEUED', file = NULL WHERE job_id = :job AND run = :run AND pass = :pass AND number = :number",
                        run,
                        pass)
                .param("number", number)
                .update();
        return true;
    }

    List<Shard> shards(RunKey run, String pass, int mostAttempts, Duration dead) {
        return ofPass("""
                        SELECT number, first_sample, end_sample, file, worker,
                               attempts >= :most AND (status = 'QUEUED' OR status = 'RUNNING' AND heartbeat_at
                                    < clock_timestamp() - make_interval(secs => :dead)) AS spent
                          FROM shard WHERE job_id = :job AND run = :run AND pass = :pass ORDER BY number
                        """, run, pass)
                .param("most", mostAttempts)
                .param("dead", dead.toMillis() / 1000.0)
                .query(ShardTable::map)
                .list();
    }

    /** The kind of device that the shards of a pass are computed on; empty when it is over. */
    Optional<String> device(RunKey run, String pass) {
        return ofPass("SELECT device FROM shard_pass WHERE job_id = :job AND run = :run AND pass = :pass", run, pass)
                .query(String.class)
                .optional();
    }

    /**
     * Forgets a pass with its shards.
     *
     * @return false when the claim on the run does not hold any more
     */
    @Transactional
    public boolean close(RunKey run, long fence, String pass) {
        if (!holds(run, fence)) {
            return false;
        }
        forget(run, pass);
        return true;
    }

    /** Nobody can claim the run before the transaction ends. */
    private boolean holds(RunKey run, long fence) {
        return jdbc.sql(
                        "SELECT 1 FROM run WHERE job_id = ? AND number = ? AND fence = ? AND status = 'RUNNING' FOR UPDATE")
                .params(run.job(), run.number(), fence)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    private void forget(RunKey run, String pass) {
        ofPass("DELETE FROM shard_pass WHERE job_id = :job AND run = :run AND pass = :pass", run, pass)
                .update();
    }

    /** Forgets the passes of a run that has ended. */
    void closeEnded(RunKey run) {
        jdbc.sql("""
                        DELETE FROM shard_pass p USING run r
                         WHERE p.job_id = :job AND p.run = :run AND r.job_id = p.job_id AND r.number = p.run
                           AND r.status NOT IN ('QUEUED', 'RUNNING')
                        """).param("job", run.job()).param("run", run.number()).update();
    }

    private JdbcClient.StatementSpec ofPass(String sql, RunKey run, String pass) {
        return ofPass(jdbc, sql, run, pass);
    }

    private static JdbcClient.StatementSpec ofPass(JdbcClient jdbc, String sql, RunKey run, String pass) {
        return jdbc.sql(sql).param("job", run.job()).param("run", run.number()).param("pass", pass);
    }

    private JdbcClient.StatementSpec fenced(String sql, ShardClaim claim) {
        return fenced(jdbc, sql, claim);
    }

    private static JdbcClient.StatementSpec fenced(JdbcClient jdbc, String sql, ShardClaim claim) {
        return ofPass(jdbc, sql, claim.key().run(), claim.key().pass())
                .param("number", claim.key().number())
                .param("fence", claim.fence());
    }

    private static Shard map(ResultSet row, int index) throws SQLException {
        return new Shard(
                row.getInt("number"),
                row.getInt("first_sample"),
                row.getInt("end_sample"),
                row.getString("file"),
                row.getBoolean("spent"),
                row.getString("worker"));
    }
}
