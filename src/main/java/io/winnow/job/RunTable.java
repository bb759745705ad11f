package io.winnow.job;

import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunListener.RunProgress;
import io.winnow.scoring.RunScores.EpochAccuracy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The rows of runs. Every write of a worker names the fence of its claim and hits no row when another has claimed the run
 * since, or its job has ended. Times are the database's.
 */
@Component
class RunTable {

    private static final String CREATE = "INSERT INTO run (job_id, number, seed, status) VALUES (?, ?, ?, 'QUEUED')";

    private static final String CLAIM = """
            UPDATE run
               SET fence = fence + 1, attempts = attempts + 1, status = 'RUNNING', worker = :worker,
                   claimed_at = clock_timestamp(), heartbeat_at = clock_timestamp(),
                   phase = NULL, epoch = 0, fraction = 0, samples_per_second = NULL, paced_from = NULL, paced_at = NULL,
                   history = NULL, train_accuracy = NULL, test_accuracy = NULL
             WHERE job_id = :job AND number = :number AND status IN ('QUEUED', 'RUNNING') AND attempts < :most
            RETURNING fence
            """;

    private static final String PROGRESS = """
            UPDATE run
               SET phase = :phase, epoch = :epoch, fraction = :fraction, samples_per_second = :rate,
                   paced_from = coalesce(paced_from, :fraction), paced_at = coalesce(paced_at, clock_timestamp()),
                   heartbeat_at = clock_timestamp()
             WHERE job_id = :job AND number = :number AND fence = :fence AND status = 'RUNNING'
            """;

    private static final String TRAINED = """
            UPDATE run SET history = :history::jsonb, train_accuracy = :train, test_accuracy = :test
             WHERE job_id = :job AND number = :number AND fence = :fence AND status = 'RUNNING'
            """;

    private static final String BEAT = """
            UPDATE run SET heartbeat_at = clock_timestamp()
             WHERE job_id = :job AND number = :number AND fence = :fence AND status = 'RUNNING'
            """;

    private static final String SUCCEED = """
            UPDATE run
               SET status = 'SUCCEEDED', fraction = 1, epoch = :epoch, phase = NULL, samples_per_second = NULL,
                   train_accuracy = :train, test_accuracy = :test, seconds = :seconds, history = :history::jsonb,
                   result = :result::jsonb, checkpoints = '{}',
                   heartbeat_at = clock_timestamp(), finished_at = clock_timestamp()
             WHERE job_id = :job AND number = :number AND fence = :fence AND status = 'RUNNING'
            """;

    private static final String FAIL = """
            UPDATE run SET status = 'FAILED', last_error = :error, checkpoints = '{}', finished_at = clock_timestamp()
             WHERE job_id = :job AND number = :number AND fence = :fence AND status IN ('QUEUED', 'RUNNING')
            """;

    /** The fence rises, so that nothing more of this claim is taken. */
    private static final String GIVE_BACK = """
            UPDATE run
               SET status = 'QUEUED', fence = fence + 1, attempts = attempts - :refund, last_error = :error,
                   phase = NULL, epoch = 0, fraction = 0, samples_per_second = NULL
             WHERE job_id = :job AND number = :number AND fence = :fence AND status = 'RUNNING'
            """;

    private static final String DROP = """
            UPDATE run SET status = 'DROPPED', fence = fence + 1, checkpoints = '{}', finished_at = clock_timestamp()
             WHERE job_id = :job AND status IN ('QUEUED', 'RUNNING')
            """;

    private static final String CHECKPOINT = """
            UPDATE run SET checkpoints = :names
             WHERE job_id = :job AND number = :number AND fence = :fence AND status = 'RUNNING'
            """;

    private static final String COLUMNS = """
            SELECT job_id, number, seed, status, fence, attempts, worker, phase, epoch, fraction, samples_per_second,
                   train_accuracy, test_accuracy, seconds, fraction - paced_from AS paced_fraction,
                   extract(epoch FROM heartbeat_at - paced_at)::float8 AS paced_seconds
              FROM run
            """;

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final HeartbeatPool heartbeats;

    RunTable(JdbcClient jdbc, JdbcTemplate batches, HeartbeatPool heartbeats) {
        this.jdbc = jdbc;
        this.heartbeats = heartbeats;
        this.batches = batches;
    }

    /** The time by the database, the same for all of a transaction. */
    Instant now() {
        return jdbc.sql("SELECT now()").query(OffsetDateTime.class).single().toInstant();
    }

    /** @param seeds of the runs, in their order */
    void create(UUID job, List<Long> seeds) {
        batches.batchUpdate(
                CREATE,
                IntStream.range(0, seeds.size())
                        .mapToObj(k -> new Object[] {job, k, seeds.get(k)})
                        .toList());
    }

    /** Takes the run over and counts the attempt; empty when it has ended or {@code mostAttempts} are spent. */
    Optional<Long> claim(RunKey run, String worker, int mostAttempts) {
        return bind(CLAIM, run)
                .param("worker", worker)
                .param("most", mostAttempts)
                .query(Long.class)
                .optional();
    }

    /**
     * Shows how far a run is, and that its worker lives.
     *
     * @return false when the claim does not hold any more
     */
    boolean progress(RunKey run, long fence, @Nullable RunProgress progress) {
        if (progress == null) {
            return alive(BEAT, run, fence).update() == 1;
        }
        return alive(PROGRESS, run, fence)
                        .param("phase", progress.phase().name())
                        .param("epoch", progress.epoch())
                        .param("fraction", Math.max(0, Math.min(1, progress.fraction())))
                        .param("rate", finite(progress.samplesPerSecond()))
                        .update()
                == 1;
    }

    /** The files to go on from, the newest first. */
    List<String> checkpoints(RunKey run) {
        return bind("SELECT unnest(checkpoints) FROM run WHERE job_id = :job AND number = :number", run)
                .query(String.class)
                .list();
    }

    /**
     * Names the files to go on from.
     *
     * @return false when the claim does not hold any more
     */
    boolean checkpoint(RunKey run, long fence, List<String> names) {
        return fenced(CHECKPOINT, run, fence)
                        .param("names", names.toArray(String[]::new))
                        .update()
                == 1;
    }

    /** Whether there is such a run and it has not ended. */
    boolean underWay(RunKey run) {
        return bind("""
                        SELECT count(*) FROM run
                         WHERE job_id = :job AND number = :number AND status IN ('QUEUED', 'RUNNING')
                        """, run).query(Long.class).single() == 1;
    }

    /** Reads the run and locks its row until the transaction ends. */
    Run lock(RunKey run) {
        return bind(COLUMNS + " WHERE job_id = :job AND number = :number FOR UPDATE", run)
                .query(RunTable::map)
                .single();
    }

    void succeed(RunKey run, long fence, RunOutcome outcome) {
        EpochAccuracy last = last(outcome.history());
        Object document = outcome.document();
        accuracies(fenced(SUCCEED, run, fence), outcome.history())
                .param("epoch", last == null ? 0 : last.epoch())
                .param("seconds", outcome.seconds())
                .param("result", document == null ? null : StoredJson.write(document))
                .update();
    }

    /** Shows the accuracies of a run by epoch while it goes on. */
    void trained(RunKey run, long fence, List<EpochAccuracy> history) {
        accuracies(fenced(TRAINED, run, fence), history).update();
    }

    private static JdbcClient.StatementSpec accuracies(JdbcClient.StatementSpec update, List<EpochAccuracy> history) {
        EpochAccuracy last = last(history);
        return update.param("history", StoredJson.write(history))
                .param("train", last == null ? null : finite(last.train()))
                .param("test", last == null ? null : finite(last.test()));
    }

    private static @Nullable EpochAccuracy last(List<EpochAccuracy> history) {
        return history.isEmpty() ? null : history.get(history.size() - 1);
    }

    /** The accuracies by epoch of the runs that have some, by number. */
    Map<Integer, List<EpochAccuracy>> histories(UUID job) {
        Map<Integer, List<EpochAccuracy>> histories = new TreeMap<>();
        jdbc.sql("SELECT number, history FROM run WHERE job_id = :job AND history <> '[]'")
                .param("job", job)
                .query((RowCallbackHandler) row -> histories.put(
                        row.getInt("number"),
                        List.of(StoredJson.read(row.getString("history"), EpochAccuracy[].class))));
        return histories;
    }

    boolean fail(RunKey run, long fence, String error) {
        return fenced(FAIL, run, fence).param("error", error).update() == 1;
    }

    /**
     * Puts a claimed run back into the queue.
     *
     * @param refund whether the attempt does not count
     */
    boolean giveBack(RunKey run, long fence, boolean refund, @Nullable String error) {
        return fenced(GIVE_BACK, run, fence)
                        .param("refund", refund ? 1 : 0)
                        .param("error", error)
                        .update()
                == 1;
    }

    /** Ends all runs of a job that have not ended; whoever works on one has lost it. */
    void dropUnfinished(UUID job) {
        jdbc.sql(DROP).param("job", job).update();
    }

    boolean allSucceeded(UUID job) {
        return jdbc.sql("SELECT count(*) FROM run WHERE job_id = :job AND status <> 'SUCCEEDED'")
                        .param("job", job)
                        .query(Long.class)
                        .single()
                == 0;
    }

    /** Whether the run may not be begun again and its worker has been silent for so long. */
    boolean isSpent(RunKey run, int mostAttempts, Duration silent) {
        return bind("""
                        SELECT count(*) FROM run
                         WHERE job_id = :job AND number = :number AND status = 'RUNNING' AND attempts >= :most
                           AND heartbeat_at <= clock_timestamp() - make_interval(secs => :silent)
                        """, run)
                        .param("most", mostAttempts)
                        .param("silent", silent.toMillis() / 1000.0)
                        .query(Long.class)
                        .single()
                == 1;
    }

    /** Whether a worker showed within {@code limit} that it is at work on the run. */
    boolean beatsWithin(RunKey run, Duration limit) {
        return bind("""
                        SELECT count(*) FROM run
                         WHERE job_id = :job AND number = :number AND status = 'RUNNING'
                           AND heartbeat_at > clock_timestamp() - make_interval(secs => :limit)
                        """, run)
                        .param("limit", limit.toMillis() / 1000.0)
                        .query(Long.class)
                        .single()
                == 1;
    }

    /** The runs of several jobs, by job and number. */
    List<Run> ofJobs(Collection<UUID> jobs) {
        return jobs.isEmpty()
                ? List.of()
                : jdbc.sql(COLUMNS + " WHERE job_id IN (:jobs) ORDER BY job_id, number")
                        .param("jobs", jobs)
                        .query(RunTable::map)
                        .list();
    }

    /** The documents of the runs that have one, by number. */
    <T> Map<Integer, T> results(UUID job, Class<T> type) {
        Map<Integer, T> results = new TreeMap<>();
        jdbc.sql("SELECT number, result FROM run WHERE job_id = :job AND status = 'SUCCEEDED' AND result IS NOT NULL")
                .param("job", job)
                .query((RowCallbackHandler)
                        row -> results.put(row.getInt("number"), StoredJson.read(row.getString("result"), type)));
        return results;
    }

    /** Wall time of the runs of a job that are done, together. */
    double seconds(UUID job) {
        return jdbc.sql("SELECT coalesce(sum(seconds), 0) FROM run WHERE job_id = :job AND status = 'SUCCEEDED'")
                .param("job", job)
                .query(Double.class)
                .single();
    }

    private JdbcClient.StatementSpec bind(String sql, RunKey run) {
        return bind(jdbc, sql, run);
    }

    private JdbcClient.StatementSpec fenced(String sql, RunKey run, long fence) {
        return bind(sql, run).param("fence", fence);
    }

    private JdbcClient.StatementSpec alive(String sql, RunKey run, long fence) {
        return bind(heartbeats.jdbc(), sql, run).param("fence", fence);
    }

    private static JdbcClient.StatementSpec bind(JdbcClient jdbc, String sql, RunKey run) {
        return jdbc.sql(sql).param("job", run.job()).param("number", run.number());
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static Run map(ResultSet row, int index) throws SQLException {
        String phase = row.getString("phase");
        return new Run(
                new RunKey(row.getObject("job_id", UUID.class), row.getInt("number")),
                row.getLong("seed"),
                Run.Status.valueOf(row.getString("status")),
                row.getLong("fence"),
                row.getInt("attempts"),
                row.getString("worker"),
                phase == null ? null : Phase.valueOf(phase),
                row.getInt("epoch"),
                row.getDouble("fraction"),
                row.getObject("samples_per_second", Double.class),
                row.getObject("train_accuracy", Double.class),
                row.getObject("test_accuracy", Double.class),
                row.getObject("seconds", Double.class),
                row.getObject("paced_fraction", Double.class),
                row.getObject("paced_seconds", Double.class));
    }
}
