package io.winnow.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL for tests: one server for the whole JVM – in a container where a Docker engine answers, embedded where
 * none does – and a fresh database for each application context. Import it into a test.
 */
@TestConfiguration(proxyBeanMethods = false)
public class TestDatabase {

    private static final Logger log = LoggerFactory.getLogger(TestDatabase.class);
    private static final AtomicInteger databases = new AtomicInteger();

    @Bean
    JdbcConnectionDetails testConnectionDetails() {
        Details database = freshDatabase();
        Server.outliveContexts();
        return database;
    }

    /** Creates an empty database and says how to connect to it. */
    public static Details freshDatabase() {
        Details server = Server.DETAILS;
        String name = "test_" + databases.incrementAndGet();
        try (Connection connection =
                        DriverManager.getConnection(server.getJdbcUrl(), server.getUsername(), server.getPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create a database for a test", e);
        }
        return new Details(server.address, name, server.username, server.password);
    }

    /** How to connect to a database of the test server. */
    public record Details(String address, String database, String username, String password)
            implements JdbcConnectionDetails {

        @Override
        public String getUsername() {
            return username;
        }

        @Override
        public String getPassword() {
            return password;
        }

        @Override
        public String getJdbcUrl() {
            return "jdbc:postgresql://%s/%s?prepareThreshold=-1".formatted(address, database);
        }
    }

    private static final class Server {

        /** The server that is embedded; none in a container, which its library removes. */
        private static @Nullable EmbeddedPostgres server;

        private static final AtomicBoolean endsWithContexts = new AtomicBoolean();

        static final Details DETAILS = dockerAnswers() ? inContainer() : embedded();

        private static boolean dockerAnswers() {
            try {
                return DockerClientFactory.instance().isDockerAvailable();
            } catch (RuntimeException e) {
                return false;
            }
        }

        private static Details inContainer() {
            PostgreSQLContainer container = new PostgreSQLContainer("postgres:18.6-alpine")
                    .withCommand("postgres", "-c", "max_connections=600");
            container.start();
            log.info("tests run against PostgreSQL in a container ({})", container.getDockerImageName());
            return new Details(
                    container.getHost() + ":" + container.getMappedPort(5432),
                    container.getDatabaseName(),
                    container.getUsername(),
                    container.getPassword());
        }

        /** Fast rather than durable: the library's test settings are right here. */
        private static Details embedded() {
            try {
                EmbeddedPostgres started = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "600")
                        .setRegisterShutdownHook(false)
                        .start();
                server = started;
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    if (!endsWithContexts.get()) {
                        stop(started);
                    }
                }));
                log.info(
                        "tests run against embedded PostgreSQL on port {} (no Docker engine answers)",
                        started.getPort());
                return new Details("127.0.0.1:" + started.getPort(), "postgres", "postgres", "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Contexts write to their database on their way out, and wait for it where it is gone: with dozens of them the JVM
         * would not come to its end. Called while one starts.
         */
        static void outliveContexts() {
            EmbeddedPostgres started = server;
            if (started != null && endsWithContexts.compareAndSet(false, true)) {
                SpringApplication.getShutdownHandlers().add(() -> stop(started));
            }
        }

        private static void stop(EmbeddedPostgres server) {
            try {
                server.close();
            } catch (IOException e) {
                log.warn("the embedded PostgreSQL did not stop", e);
            }
        }
    }
}
