package io.winnow.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The version before this one works on this one's schema while a rollout lasts. What it finds there is kept in
 * {@code src/test/resources/released-schema.txt}, which each release writes anew: {@code ./mvnw test -Dtest=SchemaContractTests
 * -Dschema.release}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaContractTests {

    private static final Path RELEASED = Path.of("src/test/resources/released-schema.txt");

    private final TestDatabase.Details database = TestDatabase.freshDatabase();

    @BeforeAll
    void migrate() {
        Flyway.configure()
                .dataSource(database.getJdbcUrl(), database.getUsername(), database.getPassword())
                .load()
                .migrate();
    }

    @Test
    void leavesTheVersionBeforeEverythingThatItFindsAndAsksNothingMoreOfIt() throws Exception {
        try (Connection connection = connect()) {
            SchemaContract now = SchemaContract.of(connection);
            if (System.getProperty("schema.release") != null) {
                Files.write(RELEASED, now.lines());
            }
            assertThat(now.breaches(Files.readAllLines(RELEASED)))
                    .as("changes that the version before does not survive: add first, take away one release later")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ALTER TABLE run DROP COLUMN phase                                 | run.phase is gone
                    ALTER TABLE run RENAME COLUMN phase TO stage                      | run.phase is gone
                    ALTER TABLE worker RENAME TO workers                              | worker.id is gone
                    DROP TABLE shard CASCADE                                          | shard.number is gone
                    ALTER TABLE run ALTER COLUMN epoch TYPE bigint                    | run.epoch is bigint now
                    ALTER TABLE run ALTER COLUMN worker SET NOT NULL                  | run.worker must not be null any more
                    ALTER TABLE run ALTER COLUMN fence DROP DEFAULT                   | run.fence has lost its default
                    ALTER TABLE run ADD COLUMN colour text NOT NULL                   | run.colour is new and must be given
                    ALTER TABLE run ADD CONSTRAINT few CHECK (epoch < 100)            | CHECK ((epoch < 100)) is asked of rows
                    CREATE UNIQUE INDEX once ON run (worker)                          | (worker) is asked of rows
                    ALTER TABLE worker ADD FOREIGN KEY (version) REFERENCES worker    | is asked of rows
                    CREATE TABLE seen (worker text REFERENCES worker)                 | holds rows that the version before deletes
                    """)
    void seesWhatTheVersionBeforeWouldNotSurvive(String change, String breach) throws Exception {
        assertThat(breachesAfter(change)).anySatisfy(found -> assertThat(found).contains(breach));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE fresh (id bigint PRIMARY KEY, job uuid NOT NULL REFERENCES job ON DELETE CASCADE)",
                "ALTER TABLE run ADD COLUMN colour text",
                "ALTER TABLE run ADD COLUMN colour text NOT NULL DEFAULT 'red' CHECK (colour <> '')",
                "CREATE INDEX by_epoch ON run (epoch)",
                "ALTER TABLE job ALTER COLUMN priority DROP NOT NULL",
                "ALTER TABLE job ALTER COLUMN priority SET DEFAULT 0"
            })
    void passesOverWhatOnlyAdds(String change) throws Exception {
        assertThat(breachesAfter(change)).isEmpty();
    }

    private List<String> breachesAfter(String change) throws Exception {
        try (Connection connection = connect()) {
            List<String> before = SchemaContract.of(connection).lines();
            connection.setAutoCommit(false);
            connection.createStatement().execute(change);
            List<String> breaches = SchemaContract.of(connection).breaches(before);
            connection.rollback();
            return breaches;
        }
    }

    private Connection connect() throws Exception {
        return DriverManager.getConnection(database.getJdbcUrl(), database.getUsername(), database.getPassword());
    }
}
