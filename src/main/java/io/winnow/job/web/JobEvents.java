package io.winnow.job.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.winnow.job.JobState;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.TooManyRequestsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The event streams of jobs. Once a second it reads each job that somebody listens to, once for all of its listeners, and
 * lets a few threads write: who reads slowly delays nobody's reading of the database, and no stream holds a connection.
 */
@Component
public class JobEvents implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(JobEvents.class);
    private static final int WRITERS = 4;
    private static final Duration WORTH_ANOTHER_TRY = Duration.ofSeconds(30);

    private final Map<UUID, List<JobEventStream>> listeners = new ConcurrentHashMap<>();
    private final ExecutorService writers = writers();
    private final int most;
    private volatile boolean running;

    JobEvents(MeterRegistry registry, @Value("${winnow.web.most-streams:2000}") int most) {
        this.most = most;
        Gauge.builder("winnow.events.streams", listeners, JobEvents::count)
                .description("Open event streams of jobs")
                .baseUnit("streams")
                .register(registry);
    }

    /**
     * A stream of the events of a job of any kind.
     *
     * @param state tells of the job as its users see it
     * @throws NotFoundException when there is no such job
     * @throws TooManyRequestsException when as many streams as may be are open
     */
    public SseEmitter subscribe(UUID id, Supplier<? extends JobState> state) {
        JobState now = state.get();
        if (count(listeners) >= most) {
            throw new TooManyRequestsException(
                    "%d event streams are open and more are not (winnow.web.most-streams); ask for the job itself now and then"
                            .formatted(most),
                    WORTH_ANOTHER_TRY);
        }
        JobEventStream stream = new JobEventStream(state);
        stream.onEnd(() -> remove(id, stream));
        listeners.computeIfAbsent(id, job -> new CopyOnWriteArrayList<>()).add(stream);
        writers.execute(() -> stream.tell(now));
        return stream.emitter();
    }

    @Scheduled(fixedDelay = 1_000)
    void tellAll() {
        for (UUID id : List.copyOf(listeners.keySet())) {
            try {
                List<JobEventStream> streams = streams(id);
                if (!streams.isEmpty()) {
                    tell(streams, streams.get(0).now());
                }
            } catch (NotFoundException e) {
                streams(id).forEach(JobEventStream::close);
            } catch (DataAccessException | TransactionException e) {
                log.warn("job {} cannot be read for its event streams: {}", id, e.toString());
            }
        }
    }

    private void tell(List<JobEventStream> streams, JobState now) {
        for (JobEventStream stream : streams) {
            if (stream.isFree()) {
                writers.execute(() -> stream.tell(now));
            }
        }
    }

    private static double count(Map<UUID, List<JobEventStream>> listeners) {
        return listeners.values().stream().mapToInt(List::size).sum();
    }

    private List<JobEventStream> streams(UUID id) {
        return new ArrayList<>(listeners.getOrDefault(id, List.of()));
    }

    private void remove(UUID id, JobEventStream stream) {
        listeners.computeIfPresent(id, (job, streams) -> {
            streams.remove(stream);
            return streams.isEmpty() ? null : streams;
        });
    }

    @Override
    public void start() {
        running = true;
    }

    /** Streams end before the web server waits for its open requests. */
    @Override
    public void stop() {
        running = false;
        listeners.keySet().forEach(id -> streams(id).forEach(JobEventStream::close));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private static ExecutorService writers() {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(WRITERS, WRITERS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "job-events");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
