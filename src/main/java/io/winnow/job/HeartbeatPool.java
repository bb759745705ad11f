package io.winnow.job;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Connections for signs of life, apart from those of requests and of work: of the task scheduler, of claims that are at work, and of
 * this process as a worker. However many requests hold or wait for a connection, no run is lost for it. What belongs into a
 * transaction with anything else is not for these. A process that only answers requests keeps none of them.
 */
@Component
final class HeartbeatPool implements AutoCloseable {

    /** One for each of the scheduler's threads that ask the database by the clock: for due tasks, for dead ones, for their heartbeats. */
    private static final int OF_THE_SCHEDULER = 3;

    private static final int OF_ALL_OTHERS = 1;

    private final HikariDataSource pool;
    private final JdbcClient jdbc;

    /** @param requests whose database, limits and times this has, too */
    HeartbeatPool(HikariDataSource requests, MeterRegistry metrics) {
        HikariConfig config = new HikariConfig();
        requests.copyStateTo(config);
        config.setPoolName("heartbeats");
        config.setMaximumPoolSize(OF_THE_SCHEDULER + OF_ALL_OTHERS);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics));
        this.pool = new HikariDataSource(config);
        this.jdbc = JdbcClient.create(pool);
    }

    DataSource dataSource() {
        return pool;
    }

    /** Each statement by itself, outside of any transaction. */
    JdbcClient jdbc() {
        return jdbc;
    }

    @Override
    public void close() {
        pool.close();
    }
}
