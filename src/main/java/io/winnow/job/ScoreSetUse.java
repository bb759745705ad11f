package io.winnow.job;

import io.winnow.platform.ConflictException;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What has not ended and reads score sets: an evaluation, or a study of groups by score. Where in its request a kind of job names
 * them is its own affair; that their ids are in it is enough.
 */
@Component
class ScoreSetUse {

    private final JdbcClient jdbc;

    ScoreSetUse(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws ConflictException when a score set of the job is in use */
    void requireNone(UUID job) {
        jdbc.sql("""
                        SELECT kind || ' ' || id || ' is ' || lower(status) FROM job
                         WHERE status IN ('QUEUED', 'RUNNING') AND EXISTS (
                               SELECT FROM score_set s WHERE s.job_id = :job AND strpos(request::text, s.id::text) > 0)
                         ORDER BY created_at LIMIT 1
                        """).param("job", job).query(String.class).optional().ifPresent(user -> {
            throw new ConflictException(
                    "job %s has scores that are in use: %s; cancel it or wait for its end".formatted(job, user));
        });
    }
}
