package io.winnow.platform.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * What only the database can tell, for gauges: read when somebody looks and the last answer is older than {@link #FRESH},
 * however many look. While the database is away gauges are not a number, and one of them at most waits for a connection.
 */
@Component
public class DatabaseReadings implements MeterBinder {

    static final Duration FRESH = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(DatabaseReadings.class);

    private final LongSupplier nanoTime;
    private final Reading<Integer> up;
    /** Gauges hold what they read weakly. */
    private final List<Reading<?>> all = new CopyOnWriteArrayList<>();

    private boolean failed;
    private long failedAt;

    @Autowired
    DatabaseReadings(JdbcClient jdbc) {
        this(() -> jdbc.sql("SELECT 1").query(Integer.class).single(), System::nanoTime);
    }

    DatabaseReadings(Supplier<Integer> ping, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.up = new Reading<>(ping);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("winnow.database.up", up, reading -> reading.value(one -> one) == 1 ? 1 : 0)
                .description("1 when the database answers this process, else 0")
                .register(registry);
    }

    /** @param query asks the database; called by one thread at a time */
    public <T> Reading<T> of(Supplier<T> query) {
        Reading<T> reading = new Reading<>(query);
        all.add(reading);
        return reading;
    }

    /** One answer of the database. */
    public final class Reading<T> {

        private final Supplier<T> query;
        private @Nullable T latest;
        private long readAt;
        private boolean read;

        private Reading(Supplier<T> query) {
            this.query = query;
        }

        /** A number of the answer; NaN while there is none. */
        public double value(ToDoubleFunction<T> number) {
            T answer = fresh();
            return answer == null ? Double.NaN : number.applyAsDouble(answer);
        }

        private synchronized @Nullable T fresh() {
            if (!read || nanoTime.getAsLong() - readAt >= FRESH.toNanos()) {
                latest = ask(query);
                readAt = nanoTime.getAsLong();
                read = true;
            }
            return latest;
        }
    }

    private synchronized <T> @Nullable T ask(Supplier<T> query) {
        if (failed && nanoTime.getAsLong() - failedAt < FRESH.toNanos()) {
            return null;
        }
        try {
            T answer = query.get();
            failed = false;
            return answer;
        } catch (DataAccessException | TransactionException e) {
            log.debug("the database cannot be asked for what meters tell: {}", e.toString());
            failed = true;
            failedAt = nanoTime.getAsLong();
            return null;
        }
    }
}
