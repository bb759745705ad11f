package io.winnow.job;

import io.winnow.model.ModelUse;
import io.winnow.model.RegisteredModel;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** A job carries its model with it, but not the file of one that was uploaded: that must stay until the job has ended. */
@Component
class JobModelUse implements ModelUse {

    private final JdbcClient jdbc;

    JobModelUse(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Optional<String> inUse(RegisteredModel model) {
        if (!model.isUploaded()) {
            return Optional.empty();
        }
        return jdbc.sql("""
                        SELECT 'job ' || id || ' is ' || lower(status) FROM job
                         WHERE model ->> 'id' = :model AND status IN ('QUEUED', 'RUNNING')
                         ORDER BY created_at LIMIT 1
                        """)
                .param("model", model.id().toString())
                .query(String.class)
                .optional();
    }
}
