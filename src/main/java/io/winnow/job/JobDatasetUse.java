package io.winnow.job;

import io.winnow.dataset.DatasetUse;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** A job that has not ended holds its dataset. */
@Component
class JobDatasetUse implements DatasetUse {

    private final JdbcClient jdbc;

    JobDatasetUse(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Optional<String> inUse(UUID datasetId) {
        return jdbc.sql("""
                        SELECT CASE kind WHEN 'scoring' THEN 'job' ELSE kind END || ' ' || id || ' is ' || lower(status) FROM job
                         WHERE dataset_id = :dataset AND status IN ('QUEUED', 'RUNNING')
                         ORDER BY created_at LIMIT 1
                        """).param("dataset", datasetId).query(String.class).optional();
    }
}
