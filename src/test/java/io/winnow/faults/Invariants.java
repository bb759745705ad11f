package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What holds in the database whenever no process is in the middle of something, whatever died before. */
final class Invariants {

    private static final String HISTORY = """
            CREATE TABLE IF NOT EXISTS job_history (
                place bigint GENERATED ALWAYS AS IDENTITY, job_id uuid, status text, at timestamptz DEFAULT clock_timestamp());
            CREATE OR REPLACE FUNCTION write_job_history() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF tg_op = 'INSERT' OR old.status IS DISTINCT FROM new.status THEN
                    INSERT INTO job_history (job_id, status) VALUES (new.id, new.status);
                END IF;
                RETURN new;
            END $$;
            CREATE OR REPLACE TRIGGER job_history AFTER INSERT OR UPDATE ON job
                FOR EACH ROW EXECUTE FUNCTION write_job_history();
            """;

    /** Each asks for rows that must not be there. */
    private static final Map<String, String> FORBIDDEN = forbidden();

    private final PostgresServer postgres;

    Invariants(PostgresServer postgres) {
        this.postgres = postgres;
    }

    private static Map<String, String> forbidden() {
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put("a job that reached two ends, or left one", """
                SELECT job_id FROM job_history WHERE status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
                 GROUP BY job_id HAVING count(*) > 1
                 UNION
                SELECT e.job_id FROM job_history e JOIN job_history l ON l.job_id = e.job_id AND l.place > e.place
                 WHERE e.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')""");
        queries.put("a run that is not ended though its job is", """
                SELECT r.job_id FROM run r JOIN job j ON j.id = r.job_id
                 WHERE j.finished_at IS NOT NULL AND r.status IN ('QUEUED', 'RUNNING')""");
        queries.put("a run that was not done of a job that succeeded", """
                SELECT r.job_id FROM run r JOIN job j ON j.id = r.job_id
                 WHERE j.status = 'SUCCEEDED' AND r.status <> 'SUCCEEDED'""");
        queries.put(
                "a run begun more often than it may be", "SELECT job_id FROM run WHERE attempts > 3 OR attempts < 0");
        queries.put("more claims than fences", "SELECT job_id FROM run WHERE fence < attempts");
        queries.put("scores of a run that did not succeed", """
                SELECT s.job_id FROM run_score s LEFT JOIN run r ON r.job_id = s.job_id AND r.number = s.run
                 WHERE r.status IS DISTINCT FROM 'SUCCEEDED'""");
        queries.put("a run that succeeded without its scores", """
                SELECT r.job_id FROM run r JOIN job j ON j.id = r.job_id
                 WHERE r.status = 'SUCCEEDED'
                   AND (SELECT count(*) FROM run_score s WHERE s.job_id = r.job_id AND s.run = r.number)
                       <> jsonb_array_length(j.request -> 'methods')""");
        queries.put("a run's scores without chunks", """
                SELECT s.job_id FROM run_score s
                 WHERE NOT EXISTS (SELECT FROM run_chunk c
                                    WHERE c.job_id = s.job_id AND c.run = s.run AND c.method = s.method)""");
        queries.put("a score set of a job that did not succeed", """
                SELECT s.job_id FROM score_set s JOIN job j ON j.id = s.job_id WHERE j.status <> 'SUCCEEDED'""");
        queries.put("another number of score sets than methods", """
                SELECT j.id FROM job j WHERE j.status = 'SUCCEEDED'
                   AND (SELECT count(*) FROM score_set s WHERE s.job_id = j.id)
                       <> jsonb_array_length(j.request -> 'methods')""");
        queries.put("a run under way without a task", """
                SELECT r.job_id FROM run r JOIN job j ON j.id = r.job_id
                 WHERE j.finished_at IS NULL AND r.status IN ('QUEUED', 'RUNNING')
                   AND NOT EXISTS (SELECT FROM scheduled_tasks t WHERE t.task_instance LIKE r.job_id || '/' || r.number || '%')""");
        return queries;
    }

    /** Begins to write down every change of a job's status. */
    void writeHistory() {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(HISTORY);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
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
