package io.winnow.platform.database;

import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * How a new version changes the schema under an old one that is still at work: on a connection of its own, which the limits of
 * the pool's do not bind, and without waiting for a lock for long, since everybody who comes later would wait behind it.
 */
@Configuration(proxyBeanMethods = false)
class Migrations {

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int TRIES = 24;

    @Bean
    FlywayConfigurationCustomizer connectionOfItsOwn(JdbcConnectionDetails database, FlywayProperties settings) {
        return flyway -> {
            if (settings.getUrl() == null && settings.getUser() == null) {
                flyway.dataSource(database.getJdbcUrl(), database.getUsername(), database.getPassword());
            }
            // Less than the time for which requests wait for a connection: those behind a change of the schema
            // have all of them, and nobody is to be turned away meanwhile.
            flyway.initSql("SET lock_timeout = '1s'");
        };
    }

    @Bean
    FlywayMigrationStrategy migrateWhenLocksAreFree() {
        return flyway -> migrate(flyway, Duration.ofSeconds(5));
    }

    static void migrate(Flyway flyway, Duration pause) {
        RetryPolicy policy = RetryPolicy.builder()
                .predicate(Migrations::waitedForALock)
                .maxRetries(TRIES)
                .delay(pause)
                .build();
        try {
            new RetryTemplate(policy).execute(() -> {
                try {
                    return flyway.migrate();
                } catch (FlywayException e) {
                    log.warn("the schema could not be changed yet: {}", e.getMessage());
                    throw e;
                }
            });
        } catch (RetryException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private static boolean waitedForALock(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
