package io.winnow.job;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.winnow.job.WorkerRegistry.State;
import io.winnow.job.WorkerRegistry.WorkerView;
import io.winnow.platform.WinnowProperties;
import io.winnow.platform.metrics.DatabaseReadings;
import io.winnow.platform.metrics.DatabaseReadings.Reading;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The queue, the runs and the workers in numbers. They are the database's, the same whoever tells them: processes that answer
 * requests do, so that a process at work is not asked.
 */
@Component
class JobMetrics implements MeterBinder {

    /** Tasks that are due or at work. Those that wait for their time, after a failure, are in the queue, too. */
    private static final String QUEUE = """
            SELECT task_name || ' ' || picked AS kind, count(*) AS number FROM scheduled_tasks GROUP BY 1
            """;

    private static final String OLDEST = """
            SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 FROM job
             WHERE status = 'QUEUED'
            """;

    private static final String JOBS = "SELECT status AS kind, count(*) AS number FROM job GROUP BY 1";
    private static final String RUNS = "SELECT status AS kind, count(*) AS number FROM run GROUP BY 1";

    private static final Map<String, String> KINDS = Map.of(
            JobTasks.RUN.getTaskName(), "run",
            JobTasks.FINISH.getTaskName(), "publication",
            ShardTasks.SHARD.getTaskName(), "shard");

    private final JdbcClient jdbc;
    private final DatabaseReadings database;
    private final WorkerRegistry workers;
    private final WinnowProperties properties;

    JobMetrics(JdbcClient jdbc, DatabaseReadings database, WorkerRegistry workers, WinnowProperties properties) {
        this.jdbc = jdbc;
        this.database = database;
        this.workers = workers;
        this.properties = properties;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        if (!properties.role().answers()) {
            return;
        }
        queue(registry);
        jobs(registry);
        workers(registry);
    }

    private void queue(MeterRegistry registry) {
        Reading<Map<String, Long>> tasks = database.of(() -> count(QUEUE));
        KINDS.forEach((task, kind) -> {
            for (boolean picked : new boolean[] {false, true}) {
                Gauge.builder("winnow.queue.depth", tasks, reading -> number(reading, task + " " + picked))
                        .description("Tasks in the queue")
                        .baseUnit("tasks")
                        .tag("kind", kind)
                        .tag("state", picked ? "working" : "waiting")
                        .register(registry);
            }
        });
        Reading<Double> oldest =
                database.of(() -> jdbc.sql(OLDEST).query(Double.class).single());
        TimeGauge.builder("winnow.queue.oldest", oldest, TimeUnit.SECONDS, reading -> reading.value(age -> age))
                .description("How long the oldest job has waited that no run of has begun; 0 when none waits")
                .register(registry);
    }

    private void jobs(MeterRegistry registry) {
        Reading<Map<String, Long>> jobs = database.of(() -> count(JOBS));
        for (JobStatus status : JobStatus.values()) {
            Gauge.builder("winnow.jobs", jobs, reading -> number(reading, status.name()))
                    .description("Jobs by their state")
                    .baseUnit("jobs")
                    .tag("state", lower(status))
                    .register(registry);
        }
        Reading<Map<String, Long>> runs = database.of(() -> count(RUNS));
        for (Run.Status status : Run.Status.values()) {
            Gauge.builder("winnow.runs", runs, reading -> number(reading, status.name()))
                    .description("Runs by their state")
                    .baseUnit("runs")
                    .tag("state", lower(status))
                    .register(registry);
        }
    }

    private void workers(MeterRegistry registry) {
        Reading<List<WorkerView>> all = database.of(workers::workers);
        for (State state : State.values()) {
            Gauge.builder(
                            "winnow.workers",
                            all,
                            reading -> reading.value(workers -> workers.stream()
                                    .filter(worker -> worker.state() == state)
                                    .count()))
                    .description("Workers of the last day by their state")
                    .baseUnit("workers")
                    .tag("state", lower(state))
                    .register(registry);
        }
    }

    private Map<String, Long> count(String query) {
        return jdbc
                .sql(query)
                .query((row, i) -> Map.entry(row.getString("kind"), row.getLong("number")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static double number(Reading<Map<String, Long>> reading, String kind) {
        return reading.value(counts -> counts.getOrDefault(kind, 0L));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
