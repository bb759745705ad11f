package io.winnow.job;

import io.winnow.platform.WinnowProperties;
import io.winnow.platform.WinnowProperties.Role;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.SurrogateEngine;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Lazy;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** The workers and their devices, by their own account in the database: who answers requests may be none of them. */
@Component
public class WorkerRegistry {

    private static final Logger log = LoggerFactory.getLogger(WorkerRegistry.class);

    private static final String BEAT = """
            INSERT INTO worker (id, role, version, draining, devices, started_at, heartbeat_at)
            VALUES (:id, :role, :version, :draining, :devices::jsonb, clock_timestamp(), clock_timestamp())
            ON CONFLICT (id) DO UPDATE
               SET draining = excluded.draining, devices = excluded.devices, heartbeat_at = excluded.heartbeat_at
            """;

    /** One that is silent for long can still be the last that was seen of a run: it stays in sight for a day. */
    private static final String ALL = """
            SELECT w.id, w.role, w.version, w.draining, w.devices, w.started_at, w.heartbeat_at,
                   w.heartbeat_at > clock_timestamp() - make_interval(secs => :dead) AS alive,
                   coalesce(r.job_id, s.job_id) AS job_id, coalesce(r.number, s.run) AS number
              FROM worker w
              LEFT JOIN LATERAL (SELECT job_id, number FROM run
                                  WHERE status = 'RUNNING' AND worker = w.id
                                  ORDER BY claimed_at DESC LIMIT 1) r ON true
              LEFT JOIN LATERAL (SELECT job_id, run FROM shard
                                  WHERE status = 'RUNNING' AND worker = w.id
                                  ORDER BY heartbeat_at DESC LIMIT 1) s ON r.job_id IS NULL
             ORDER BY w.started_at, w.id
            """;

    private static final String ALIVE = """
            SELECT id, devices, heartbeat_at FROM worker
             WHERE heartbeat_at > clock_timestamp() - make_interval(secs => :dead)
             ORDER BY id
            """;

    private final JdbcClient jdbc;
    private final HeartbeatPool heartbeats;
    private final Worker worker;
    private final SurrogateEngine engine;
    private final SchedulerTimes times;
    private final Role role;
    private final String version;
    private volatile boolean draining;
    private volatile boolean gone;

    WorkerRegistry(
            JdbcClient jdbc,
            HeartbeatPool heartbeats,
            Worker worker,
            @Lazy SurrogateEngine engine,
            SchedulerTimes times,
            WinnowProperties properties,
            ObjectProvider<BuildProperties> build) {
        this.jdbc = jdbc;
        this.heartbeats = heartbeats;
        this.worker = worker;
        this.engine = engine;
        this.times = times;
        this.role = properties.role();
        BuildProperties built = build.getIfAvailable();
        this.version = built == null ? "unknown" : String.valueOf(built.getVersion());
    }

    /**
     * A device of a live worker.
     *
     * @param name what {@code device} in a job request calls it
     * @param lastSeen the worker's last heartbeat
     */
    public record Device(String name, String description, long memoryBytes, String worker, Instant lastSeen) {}

    /** What a worker is doing. */
    public enum State {
        IDLE,
        WORKING,
        /** Told to go: it claims nothing more, and gives back what it has after the present batch. */
        DRAINING,
        /** Without a heartbeat for so long that its run moves on: dead, or cut off. */
        SILENT
    }

    /**
     * A run that a worker has claimed, or helps with.
     *
     * @param run number from 0
     */
    public record CurrentRun(UUID job, int run) {}

    /**
     * A process that works on runs.
     *
     * @param role what it does: {@code worker}, or {@code all} when it answers requests, too
     * @param devices names of the devices it sees; it uses one at a time
     * @param run what it works on, or was at work on when it fell silent
     * @param version of the program
     */
    public record WorkerView(
            String id,
            State state,
            String role,
            List<String> devices,
            @Nullable CurrentRun run,
            String version,
            Instant startedAt,
            Instant lastHeartbeat) {}

    /** All workers of the last day by the time they started. */
    public List<WorkerView> workers() {
        return jdbc.sql(ALL)
                .param("dead", times.dead().toMillis() / 1000.0)
                .query((row, i) -> view(row))
                .list();
    }

    private static WorkerView view(ResultSet row) throws SQLException {
        UUID job = row.getObject("job_id", UUID.class);
        State state = !row.getBoolean("alive")
                ? State.SILENT
                : row.getBoolean("draining") ? State.DRAINING : job == null ? State.IDLE : State.WORKING;
        return new WorkerView(
                row.getString("id"),
                state,
                row.getString("role").toLowerCase(Locale.ROOT),
                Arrays.stream(StoredJson.read(row.getString("devices"), ComputeDevice[].class))
                        .map(ComputeDevice::name)
                        .toList(),
                job == null ? null : new CurrentRun(job, row.getInt("number")),
                row.getString("version"),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                row.getObject("heartbeat_at", OffsetDateTime.class).toInstant());
    }

    /** The devices of all workers that gave a sign of life lately. */
    public List<Device> devices() {
        return jdbc
                .sql(ALIVE)
                .param("dead", times.dead().toMillis() / 1000.0)
                .query((row, i) -> {
                    String id = row.getString("id");
                    Instant seen =
                            row.getObject("heartbeat_at", OffsetDateTime.class).toInstant();
                    return Arrays.stream(StoredJson.read(row.getString("devices"), ComputeDevice[].class))
                            .map(device ->
                                    new Device(device.name(), device.description(), device.memoryBytes(), id, seen))
                            .toList();
                })
                .list()
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    @Scheduled(fixedDelayString = "${db-scheduler.heartbeat-interval:10s}")
    void beat() {
        if (!role.works() || gone) {
            return;
        }
        heartbeats
                .jdbc()
                .sql(BEAT)
                .param("id", worker.id())
                .param("role", role.name())
                .param("version", version)
                .param("draining", draining)
                .param("devices", StoredJson.write(engine.devices()))
                .update();
        heartbeats
                .jdbc()
                .sql("DELETE FROM worker WHERE heartbeat_at < clock_timestamp() - interval '1 day'")
                .update();
    }

    /** Shows that this process is on its way out, as far as the database can be told. */
    void drain() {
        draining = true;
        quietly(this::beat);
    }

    /** Takes this process off the list: it went in good order. */
    void leave() {
        gone = true;
        quietly(() -> heartbeats
                .jdbc()
                .sql("DELETE FROM worker WHERE id = :id")
                .param("id", worker.id())
                .update());
    }

    private static void quietly(Runnable write) {
        try {
            write.run();
        } catch (DataAccessException | TransactionException e) {
            log.info("the list of workers could not be told: {}", e.toString());
        }
    }
}
