package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What holds in the database whenever no process is in the middle of something, whatever died before. */
final class Invariants {

    private static final Pattern QUERY = Pattern.compile("-- ([^\\n]+)\\n((?!--)\\S[^;]*);");

    private static final String HISTORY = resource("history.sql");

    /** Each asks for rows that must not be there; the soak under bench/ asks the same. */
    private static final Map<String, String> FORBIDDEN = forbidden(resource("invariants.sql"));

    private final PostgresServer postgres;

    Invariants(PostgresServer postgres) {
        this.postgres = postgres;
    }

    private static String resource(String name) {
        try (InputStream in = Invariants.class.getResourceAsStream("/faults/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Queries end with a semicolon; the comment right before one says what it looks for. */
    private static Map<String, String> forbidden(String text) {
        Map<String, String> queries = new LinkedHashMap<>();
        Matcher query = QUERY.matcher(text);
        while (query.find()) {
            queries.put(query.group(1), query.group(2));
        }
        return queries;
    }

    /** Begins to write down every change of a job's status. */
    void writeHistory() {
        postgres.execute(HISTORY);
    }

    void hold() {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> query : FORBIDDEN.entrySet()) {
                assertThat(ids(statement, query.getValue())).as(query.getKey()).isEmpty();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tasks of jobs that have ended: those that a worker still holds go when it notices. */
    List<String> orphanTasks() {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            return ids(statement, """
                    SELECT t.task_instance FROM scheduled_tasks t
                     WHERE t.task_name <> 'noop'
                       AND NOT EXISTS (SELECT FROM job j WHERE j.id::text = split_part(t.task_instance, '/', 1)
                                                           AND j.finished_at IS NULL)""");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> ids(Statement statement, String sql) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }
}
