package io.winnow.job;

import io.winnow.scoring.PassTimer.Timing;
import io.winnow.surrogate.SurrogateSpec;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What workers timed, and what they shall time, in the database: who estimates a job may be no worker. Found timings are
 * remembered here too, for every submission asks.
 */
@Component
class Measurements {

    private static final int MOST_REMEMBERED = 1_000;
    private static final int MOST_KEPT = 10_000;
    private static final int MOST_DEATHS = 3;

    private static final String FREE = """
            timing IS NULL AND failure IS NULL AND device IN (:devices)
            AND (claimed_at IS NULL OR claimed_at < clock_timestamp() - interval '10 minutes')
            """;

    /** With the one that the row itself tells of: who took it and lives may wait for its turn. */
    private static final String DEATHS = """
            deaths + CASE WHEN claimed_by IS NULL
                            OR EXISTS (SELECT FROM worker w
                                        WHERE w.id = claimed_by AND w.heartbeat_at > clock_timestamp() - make_interval(secs => :dead))
                          THEN 0 ELSE 1 END
            """;

    /**
     * @param device as a job asks for it, {@code auto} included
     * @param batchSize of an optimizer step
     * @param kernelSamples of a tangent kernel, 0 for none
     */
    record Wanted(SurrogateSpec spec, String device, int batchSize, int kernelSamples) {

        private String key() {
            return HexFormat.of()
                    .formatHex(StoredJson.digest(List.of(
                            spec.architecture(),
                            new TreeMap<>(spec.options()),
                            spec.input(),
                            spec.classes(),
                            device,
                            batchSize,
                            kernelSamples)));
        }
    }

    /** @param worker that timed it */
    record Measured(Timing timing, String worker, Instant measuredAt) {}

    /** Something to time now. */
    record Claimed(String key, Wanted wanted) {}

    private final JdbcClient jdbc;
    private final double dead;
    private final Map<String, Measured> remembered = new ConcurrentHashMap<>();

    Measurements(JdbcClient jdbc, SchedulerTimes times) {
        this.jdbc = jdbc;
        this.dead = times.dead().toMillis() / 1000.0;
    }

    /** What a worker timed, if one has. */
    Optional<Measured> find(Wanted wanted) {
        String key = wanted.key();
        Measured known = remembered.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Measured> found = jdbc.sql(
                        "SELECT timing, worker, measured_at FROM measurement WHERE key = :key AND timing IS NOT NULL")
                .param("key", key)
                .query((row, i) -> new Measured(
                        StoredJson.read(row.getString("timing"), Timing.class),
                        row.getString("worker"),
                        row.getObject("measured_at", OffsetDateTime.class).toInstant()))
                .optional();
        if (remembered.size() < MOST_REMEMBERED) {
            found.ifPresent(measured -> remembered.put(key, measured));
        }
        return found;
    }

    /** Why the newest try to time it failed, if it did. */
    Optional<String> failure(Wanted wanted) {
        return jdbc.sql("SELECT failure FROM measurement WHERE key = :key AND failure IS NOT NULL")
                .param("key", wanted.key())
                .query(String.class)
                .optional();
    }

    /** Asks the workers to time it, unless one has: anew where it failed. What was asked for longest ago makes room. */
    void want(Wanted wanted) {
        want(wanted, MOST_KEPT);
    }

    void want(Wanted wanted, int mostKept) {
        if (remembered.containsKey(wanted.key())) {
            return;
        }
        int added = jdbc.sql("""
                        INSERT INTO measurement (key, wanted, device, requested_at)
                        VALUES (:key, :wanted::jsonb, :device, clock_timestamp())
                        ON CONFLICT (key) DO UPDATE
                           SET requested_at = excluded.requested_at, failure = NULL, claimed_at = NULL, claimed_by = NULL,
                               deaths = CASE WHEN measurement.measured_at < clock_timestamp() - interval '1 day' THEN 0
                                             ELSE measurement.deaths END
                         WHERE measurement.failure IS NOT NULL
                        """)
                .param("key", wanted.key())
                .param("wanted", StoredJson.write(wanted))
                .param("device", wanted.device())
                .update();
        if (added == 1) {
            jdbc.sql("""
                            DELETE FROM measurement WHERE key IN
                                (SELECT key FROM measurement ORDER BY requested_at DESC, key OFFSET :most)
                            """).param("most", mostKept).update();
        }
    }

    /**
     * Takes one to time, the newest first, on one of these devices; another worker may take it again after a while. One that
     * several workers died of is not tried any more.
     */
    Optional<Claimed> claim(List<String> devices, String worker) {
        jdbc.sql("""
                        UPDATE measurement
                           SET deaths = %1$s, failure = :failure, worker = :worker, measured_at = clock_timestamp()
                         WHERE %2$s AND %1$s >= :most
                        """.formatted(DEATHS, FREE))
                .param("failure", "%d workers died as they timed this network".formatted(MOST_DEATHS))
                .param("worker", worker)
                .param("most", MOST_DEATHS)
                .param("devices", devices)
                .param("dead", dead)
                .update();
        return jdbc.sql("""
                        UPDATE measurement SET deaths = %s, claimed_at = clock_timestamp(), claimed_by = :worker
                         WHERE key = (SELECT key FROM measurement WHERE %s
                                       ORDER BY requested_at DESC LIMIT 1 FOR UPDATE SKIP LOCKED)
                        RETURNING key, wanted
                        """.formatted(DEATHS, FREE))
                .param("worker", worker)
                .param("devices", devices)
                .param("dead", dead)
                .query((row, i) ->
                        new Claimed(row.getString("key"), StoredJson.read(row.getString("wanted"), Wanted.class)))
                .optional();
    }

    /** Leaves what was taken and is not timed to others. */
    void giveBack(String worker) {
        jdbc.sql("""
                        UPDATE measurement SET claimed_at = NULL, claimed_by = NULL
                         WHERE claimed_by = :worker AND timing IS NULL AND failure IS NULL
                        """).param("worker", worker).update();
    }

    /** Who took it before may still be at it: a timing stays, though another's try fails after it. */
    void keep(Claimed claimed, @Nullable Timing timing, @Nullable String failure, String worker) {
        jdbc.sql("""
                        UPDATE measurement
                           SET timing = :timing::jsonb, failure = :failure, worker = :worker, deaths = 0,
                               measured_at = clock_timestamp()
                         WHERE key = :key AND (timing IS NULL OR :failure::text IS NULL)
                        """)
                .param("timing", timing == null ? null : StoredJson.write(timing))
                .param("failure", failure)
                .param("worker", worker)
                .param("key", claimed.key())
                .update();
    }
}
