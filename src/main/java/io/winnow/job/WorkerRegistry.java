package io.winnow.job;

import io.winnow.platform.WinnowProperties;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.SurrogateEngine;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** The workers and their devices, by their own account in the database: who answers requests may be none of them. */
@Component
public class WorkerRegistry {

    private static final String BEAT = """
            INSERT INTO worker (id, devices, started_at, heartbeat_at)
            VALUES (:id, :devices::jsonb, clock_timestamp(), clock_timestamp())
            ON CONFLICT (id) DO UPDATE SET devices = excluded.devices, heartbeat_at = excluded.heartbeat_at
            """;

    private static final String ALIVE = """
            SELECT id, devices, heartbeat_at FROM worker
             WHERE heartbeat_at > clock_timestamp() - make_interval(secs => :dead)
             ORDER BY id
            """;

    private final JdbcClient jdbc;
    private final Worker worker;
    private final SurrogateEngine engine;
    private final SchedulerTimes times;
    private final boolean works;

    WorkerRegistry(
            JdbcClient jdbc,
            Worker worker,
            @Lazy SurrogateEngine engine,
            SchedulerTimes times,
            WinnowProperties properties) {
        this.jdbc = jdbc;
        this.worker = worker;
        this.engine = engine;
        this.times = times;
        this.works = properties.role().works();
    }

    /**
     * A device of a live worker.
     *
     * @param name what {@code device} in a job request calls it
     * @param lastSeen the worker's last heartbeat
     */
    public record Device(String name, String description, long memoryBytes, String worker, Instant lastSeen) {}

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
        if (works) {
            jdbc.sql(BEAT)
                    .param("id", worker.id())
                    .param("devices", StoredJson.write(engine.devices()))
                    .update();
            jdbc.sql("DELETE FROM worker WHERE heartbeat_at < clock_timestamp() - interval '1 day'")
                    .update();
        }
    }
}
