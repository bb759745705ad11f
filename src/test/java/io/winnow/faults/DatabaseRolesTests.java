package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service as a role that reads and writes rows and changes no schema, which another role does at its start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseRolesTests {

    private static final Pattern SQL = Pattern.compile("```sql\\n(-- Two roles.*?)```", Pattern.DOTALL);

    private Cluster cluster;

    @BeforeAll
    void start() throws IOException {
        cluster = new Cluster("roles");
        cluster.execute(documented());
        cluster.startApi(Options.none()
                .with(
                        "--winnow.role=all",
                        "--spring.datasource.username=winnow_service",
                        "--spring.flyway.user=winnow_owner",
                        "--spring.flyway.password=secret"));
        // What the tests themselves write beside the service is none of its rights.
        cluster.execute("ALTER FUNCTION write_job_history() SECURITY DEFINER");
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    /** As docs/security.md tells operators. */
    private static String documented() throws IOException {
        Matcher block = SQL.matcher(Files.readString(Path.of("docs", "security.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    @Test
    void doesAJobWithoutARightToTheSchema() {
        String job = cluster.submit(Cluster.request(2, 2, 1));
        assertThat(cluster.awaitEnd(job).get("status").asString()).isEqualTo("SUCCEEDED");
        assertThat(cluster.text(
                        "SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE tablename IN ('job', 'run',"
                                + " 'score_set', 'scheduled_tasks')"))
                .isEqualTo("winnow_owner");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE job",
                "ALTER TABLE run ADD COLUMN more text",
                "CREATE TABLE more (x int)",
                "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "TRUNCATE score_set CASCADE",
                "COPY job TO PROGRAM 'cat'",
                "SET ROLE winnow_owner"
            })
    void refusesTheServiceWhatOnlyTheOwnerDoes(String statement) {
        assertThatThrownBy(() -> asService(statement))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    private void asService(String statement) throws SQLException {
        String url = PostgresServer.url(cluster.postgres().port());
        try (Connection connection = DriverManager.getConnection(url, "winnow_service", "");
                Statement asked = connection.createStatement()) {
            asked.execute(statement);
        }
    }
}
