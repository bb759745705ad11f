package io.winnow.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionException;

/**
 * Keeps the scheduler's clock on the database's time and looks how far the machine's own is off. Work does not depend on the
 * latter, but logs and certificates do: seconds are worth a warning, and with half of the time after which a worker counts as
 * dead the process is not ready for traffic.
 */
@Configuration(proxyBeanMethods = false)
class ClockCheck {

    private static final Logger log = LoggerFactory.getLogger(ClockCheck.class);
    private static final Duration WORTH_A_WARNING = Duration.ofSeconds(5);

    @Bean
    DatabaseClock databaseClock() {
        return new DatabaseClock(InstantSource.system(), System::nanoTime);
    }

    @Bean
    Reader clockReader(DatabaseClock clock, JdbcClient jdbc) {
        return new Reader(clock, jdbc);
    }

    @Bean
    HealthIndicator clockHealthIndicator(DatabaseClock clock, SchedulerTimes times) {
        return () -> health(clock.skew(), times.dead());
    }

    static Health health(Duration skew, Duration dead) {
        Health.Builder health = skew.abs().compareTo(dead.dividedBy(2)) > 0 ? Health.down() : Health.up();
        return health.withDetail("aheadOfDatabaseMillis", skew.toMillis()).build();
    }

    /** Asks the database for its time before the scheduler starts, and with every heartbeat. */
    static final class Reader {

        private final DatabaseClock clock;
        private final JdbcClient jdbc;
        private boolean warned;

        Reader(DatabaseClock clock, JdbcClient jdbc) {
            this.clock = clock;
            this.jdbc = jdbc;
        }

        @Scheduled(fixedDelayString = "${db-scheduler.heartbeat-interval:10s}")
        void read() {
            try {
                Duration skew = clock.read(this::databaseTime);
                boolean off = skew.abs().compareTo(WORTH_A_WARNING) > 0;
                if (off && !warned) {
                    log.warn(
                            "the clock of this machine is {} s ahead of the database's",
                            skew.toMillis() / (double) TimeUnit.SECONDS.toMillis(1));
                }
                warned = off;
            } catch (DataAccessException | TransactionException e) {
                log.debug("the database cannot be asked for its time: {}", e.toString());
            }
        }

        private Instant databaseTime() {
            return jdbc.sql("SELECT clock_timestamp()")
                    .query(OffsetDateTime.class)
                    .single()
                    .toInstant();
        }
    }
}
