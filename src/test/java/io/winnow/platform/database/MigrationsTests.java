package io.winnow.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A schema that changes under a service at work. */
class MigrationsTests {

    @TempDir
    Path scripts;

    private final TestDatabase.Details database = TestDatabase.freshDatabase();

    @BeforeEach
    void createTheTableAndWriteItsChange() throws Exception {
        try (Connection connection = connect()) {
            connection.createStatement().execute("CREATE TABLE notes (text text)");
        }
        Files.writeString(scripts.resolve("V1__add_a_column.sql"), "ALTER TABLE notes ADD COLUMN author text;");
    }

    @Test
    void waitsForALockInShortTriesSoThatReadersArePassedBy() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Connection holder = connect();
                Connection reader = connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("LOCK TABLE notes IN ACCESS SHARE MODE");
            Future<?> migration = threads.submit(() -> Migrations.migrate(flyway("100ms"), Duration.ofMillis(50)));
            reader.createStatement().execute("SET statement_timeout = '2s'");
            for (int i = 0; i < 10; i++) {
                try (ResultSet rows = reader.createStatement().executeQuery("SELECT count(*) FROM notes")) {
                    assertThat(rows.next()).isTrue();
                }
                reader.createStatement().execute("SELECT pg_sleep(0.05)");
            }
            assertThat(migration.isDone()).isFalse();
            holder.commit();
            migration.get();
        } finally {
            threads.shutdownNow();
        }
        assertThat(columns()).contains("author");
    }

    @Test
    void changesTheSchemaOnceWhenFiveProcessesStartTogether() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(5);
        List<Callable<Boolean>> starts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            starts.add(() -> {
                Migrations.migrate(flyway("5s"), Duration.ofMillis(50));
                return true;
            });
        }
        for (Future<Boolean> start : threads.invokeAll(starts)) {
            assertThat(start.get()).isTrue();
        }
        threads.shutdown();
        assertThat(columns()).contains("author");
    }

    private Flyway flyway(String lockTimeout) {
        return Flyway.configure()
                .dataSource(database.getJdbcUrl(), database.getUsername(), database.getPassword())
                .initSql("SET lock_timeout = '" + lockTimeout + "'")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .locations("filesystem:" + scripts)
                .load();
    }

    private List<String> columns() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = connect();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery(
                                "SELECT column_name FROM information_schema.columns WHERE table_name = 'notes'")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(database.getJdbcUrl(), database.getUsername(), database.getPassword());
    }
}
