package io.winnow.dataset;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.winnow.platform.WinnowProperties;
import io.winnow.platform.metrics.DatabaseReadings;
import io.winnow.platform.metrics.DatabaseReadings.Reading;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Ingests of this process and, where it answers requests, the datasets of all in numbers. */
@Component
class IngestMetrics implements MeterBinder {

    /** How an ingest came to an end. */
    enum End {
        READY,
        FAILED,
        /** It starts again with the next process, or when the database is back. */
        BROKEN_OFF
    }

    private static final String DATASETS = "SELECT state, count(*) AS number FROM dataset GROUP BY state";

    private final MeterRegistry registry;
    private final Map<End, Timer> ingests = new EnumMap<>(End.class);
    private final Counter samples;
    private final DatabaseReadings database;
    private final JdbcClient jdbc;
    private final WinnowProperties properties;

    IngestMetrics(MeterRegistry registry, DatabaseReadings database, JdbcClient jdbc, WinnowProperties properties) {
        this.registry = registry;
        this.database = database;
        this.jdbc = jdbc;
        this.properties = properties;
        for (End end : End.values()) {
            ingests.put(
                    end,
                    Timer.builder("winnow.ingest")
                            .description("Time of an ingest")
                            .tag("outcome", end.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        this.samples = Counter.builder("winnow.ingest.samples")
                .description("Samples that were decoded and written into a tensor store, or found to be unusable")
                .baseUnit("samples")
                .register(registry);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        if (!properties.role().answers()) {
            return;
        }
        Reading<Map<String, Long>> datasets = database.of(this::datasets);
        for (Dataset.State state : Dataset.State.values()) {
            Gauge.builder(
                            "winnow.datasets",
                            datasets,
                            reading -> reading.value(counts -> counts.getOrDefault(state.name(), 0L)))
                    .description("Datasets by their state")
                    .baseUnit("datasets")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    Timer.Sample begin() {
        return Timer.start(registry);
    }

    void end(Timer.Sample begun, End end) {
        begun.stop(ingests.get(end));
    }

    void through(int samples) {
        this.samples.increment(samples);
    }

    private Map<String, Long> datasets() {
        return jdbc
                .sql(DATASETS)
                .query((row, i) -> Map.entry(row.getString("state"), row.getLong("number")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
