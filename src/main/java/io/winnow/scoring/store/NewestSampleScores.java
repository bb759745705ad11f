package io.winnow.scoring.store;

import io.winnow.dataset.SampleScores;
import io.winnow.scoring.ScoreStore;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;

/** Looks single samples up in the newest score set of each method. */
@Component
final class NewestSampleScores implements SampleScores {

    private static final String SCORES = """
            SELECT newest.method, chunk.scores[?] AS score
            FROM (
                SELECT DISTINCT ON (method) id, method FROM score_set WHERE dataset_id = ?
                ORDER BY method, created_at DESC, epoch DESC NULLS LAST
            ) newest
            JOIN score_chunk chunk ON chunk.score_set_id = newest.id AND chunk.chunk_no = ?
            """;

    private final JdbcTemplate jdbc;

    NewestSampleScores(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<String, Double> of(UUID datasetId, int index) {
        Map<String, Double> scores = new TreeMap<>();
        RowCallbackHandler reader = row -> {
            double score = row.getDouble("score");
            if (!row.wasNull()) {
                scores.put(row.getString("method"), score);
            }
        };
        jdbc.query(SCORES, reader, index % ScoreStore.CHUNK + 1, datasetId, index / ScoreStore.CHUNK);
        return scores;
    }
}
