package io.winnow.job;

import io.winnow.platform.WinnowProperties;
import io.winnow.surrogate.BadDevices;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * The failures of GPUs, in the database, for a process does not outlive one. A GPU that failed twice is bad: the process that starts
 * in the place of the failed one would take it again, and with it the attempts of one job after the other.
 */
@Component
class DeviceFailures implements BadDevices {

    private static final Logger log = LoggerFactory.getLogger(DeviceFailures.class);

    private static final String CPU = "cpu";
    private static final int LONGEST_MESSAGE = 300;

    /** Writing it down is worth no more of the time in which the work could go on elsewhere. */
    private static final Duration LONGEST_WRITE = Duration.ofMillis(1_500);

    private static final String BAD = """
            SELECT DISTINCT ON (device) device, worker, message, failed_at
              FROM (SELECT device, worker, message, failed_at,
                           lag(failed_at) OVER (PARTITION BY device ORDER BY failed_at, id) AS before
                      FROM device_failure
                     WHERE host = :host AND visible = :visible) failure
             WHERE failed_at > clock_timestamp() - make_interval(secs => :time)
               AND failed_at - before < make_interval(secs => :time)
             ORDER BY device, failed_at DESC
            """;

    private final HeartbeatPool heartbeats;
    private final Worker worker;
    private final Duration time;
    private final boolean works;
    private final String visible;
    private volatile Map<String, Failure> bad = Map.of();

    /**
     * @param cuda by what CUDA numbers the GPUs of this process, which two processes of a machine may do differently
     * @param container by what they come into a container, which may be called as its machine
     */
    DeviceFailures(
            HeartbeatPool heartbeats,
            Worker worker,
            JobSettings settings,
            WinnowProperties properties,
            @Value("${CUDA_VISIBLE_DEVICES:}") String cuda,
            @Value("${NVIDIA_VISIBLE_DEVICES:}") String container) {
        this.heartbeats = heartbeats;
        this.worker = worker;
        this.time = settings.badDeviceTime();
        this.works = properties.role().works();
        this.visible = Stream.of(cuda, container).filter(set -> !set.isEmpty()).collect(Collectors.joining("/"));
    }

    private record Failure(String device, String worker, String message, Instant at) {}

    @Override
    public boolean has(String device) {
        return bad.containsKey(device);
    }

    /** Writes down that a GPU failed, as far as the database can be told at once: the process is about to exit. */
    void add(String device, Throwable failure) {
        if (device.equals(CPU) || time.isZero() || worker.host().isEmpty()) {
            return;
        }
        try {
            CompletableFuture.runAsync(() -> write(device, failure))
                    .get(LONGEST_WRITE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("that {} failed could not be written down: {}", device, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(String device, Throwable failure) {
        heartbeats
                .jdbc()
                .sql("""
                        INSERT INTO device_failure (host, visible, device, worker, message)
                        VALUES (:host, :visible, :device, :worker, :message)
                        """)
                .param("host", worker.host())
                .param("visible", visible)
                .param("device", device)
                .param("worker", worker.id())
                .param("message", message(failure))
                .update();
        // Far longer than any of them counts, see JobSettings.
        heartbeats
                .jdbc()
                .sql("DELETE FROM device_failure WHERE failed_at < clock_timestamp() - interval '90 days'")
                .update();
    }

    /** The engine's own words, without the lines of advice that follow them. */
    private static String message(Throwable failure) {
        String said = String.valueOf(
                NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
        String first = said.lines().findFirst().orElse("");
        return first.substring(0, Math.min(first.length(), LONGEST_MESSAGE));
    }

    /** Asks the database before this process takes its first task. */
    void lookFirst() {
        look(Level.WARN);
    }

    /** Asks the database with every heartbeat. */
    @Scheduled(fixedDelayString = "${db-scheduler.heartbeat-interval:10s}")
    void look() {
        look(Level.DEBUG);
    }

    private void look(Level ofFailure) {
        if (!works || worker.host().isEmpty()) {
            return;
        }
        try {
            Map<String, Failure> before = bad;
            bad = heartbeats
                    .jdbc()
                    .sql(BAD)
                    .param("host", worker.host())
                    .param("visible", visible)
                    .param("time", time.toMillis() / 1000.0)
                    .query((row, i) -> new Failure(
                            row.getString("device"),
                            row.getString("worker"),
                            row.getString("message"),
                            row.getObject("failed_at", OffsetDateTime.class).toInstant()))
                    .list()
                    .stream()
                    .collect(Collectors.toUnmodifiableMap(Failure::device, Function.identity()));
            bad.values().stream()
                    .filter(failure -> !before.containsKey(failure.device()))
                    .forEach(this::tell);
            before.keySet().stream()
                    .filter(device -> !has(device))
                    .forEach(device -> log.info("{} is used again", device));
        } catch (DataAccessException | TransactionException e) {
            log.atLevel(ofFailure).log("the database cannot be asked for bad devices: {}", e.toString());
        }
    }

    private void tell(Failure last) {
        log.warn(
                "{} of this machine is left out since {}, when it failed again, under worker {}: {}. It is used again from {} on,"
                        + " or after DELETE FROM device_failure WHERE host = '{}' AND device = '{}'",
                last.device(),
                last.at(),
                last.worker(),
                last.message(),
                last.at().plus(time),
                worker.host(),
                last.device());
    }
}
