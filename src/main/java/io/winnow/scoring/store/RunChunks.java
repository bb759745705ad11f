package io.winnow.scoring.store;

import static io.winnow.scoring.ScoreStore.CHUNK;

import io.winnow.scoring.RunScores.MethodScores;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;

/** What single runs of jobs found. */
@Component
final class RunChunks {

    private static final String EXISTS = """
            SELECT EXISTS (SELECT FROM run_score WHERE job_id = ? AND run = ?)
            """;
    private static final String INSERT = """
            INSERT INTO run_score (job_id, run, method, epoch, place, size, classes, facts)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb)
            """;
    private static final String INSERT_CHUNK = """
            INSERT INTO run_chunk (job_id, run, method, epoch, chunk_no, scores) VALUES (?, ?, ?, ?, ?, ?)
            """;
    private static final String KEPT = """
            SELECT method, epoch, min(place) AS place, min(size) AS size, min(classes) AS classes, count(*) AS runs,
                   array_to_json(array_agg(facts ORDER BY run)) AS facts
            FROM run_score WHERE job_id = ? AND run < ?
            GROUP BY method, epoch ORDER BY min(place)
            """;
    private static final String CHUNK_OF_RUNS = """
            SELECT scores FROM run_chunk WHERE job_id = ? AND method = ? AND epoch = ? AND chunk_no = ? AND run < ?
            ORDER BY run
            """;
    private static final String CHUNKS_OF_RUN = """
            SELECT chunk_no, scores FROM run_chunk WHERE job_id = ? AND method = ? AND epoch = ? AND run = ?
            """;
    private static final String DELETE_CHUNKS = """
            DELETE FROM run_chunk WHERE job_id = ?
            """;
    private static final String DELETE = """
            DELETE FROM run_score WHERE job_id = ?
            """;

    private final JdbcTemplate jdbc;

    RunChunks(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    boolean exists(UUID job, int run) {
        return Boolean.TRUE.equals(jdbc.queryForObject(EXISTS, Boolean.class, job, run));
    }

    /**
     * @param place of the method and epoch among those of the run
     */
    void insert(UUID job, int run, int place, int classes, MethodScores found) {
        float[] scores = found.scores();
        String facts = Details.JSON.writeValueAsString(found.facts());
        jdbc.update(INSERT, job, run, found.method(), found.epoch(), place, scores.length, classes, facts);
        for (int from = 0; from < scores.length; from += CHUNK) {
            byte[] chunk = Bytes.of(scores, from, Math.min(CHUNK, scores.length - from));
            jdbc.update(INSERT_CHUNK, job, run, found.method(), found.epoch(), from / CHUNK, chunk);
        }
    }

    /** What the runs 0 … runs−1 kept, by method and epoch, in the order of the request. */
    List<Kept> kept(UUID job, int runs) {
        return jdbc.query(
                KEPT,
                (row, number) -> new Kept(
                        row.getString("method"),
                        row.getInt("epoch"),
                        row.getInt("place"),
                        row.getInt("size"),
                        row.getInt("classes"),
                        row.getInt("runs"),
                        Details.meanFacts(row.getString("facts"))),
                job,
                runs);
    }

    /**
     * Reads one chunk of the runs 0 … runs−1, in the order of the runs.
     *
     * @return [runs][samples of the chunk]
     */
    float[][] chunk(UUID job, Kept kept, int chunk, int runs) {
        float[][] scores = new float[runs][Math.min(CHUNK, kept.size - chunk * CHUNK)];
        int[] read = {0};
        RowCallbackHandler reader = row -> Bytes.read(row.getBytes(1), scores[read[0]++], 0);
        jdbc.query(CHUNK_OF_RUNS, reader, job, kept.method, kept.epoch, chunk, runs);
        if (read[0] != runs) {
            throw new IllegalStateException(
                    "job %s has chunk %d of %s from %d runs of %d".formatted(job, chunk, kept.method, read[0], runs));
        }
        return scores;
    }

    /** Writes the scores of one run over the target [N] and says how many there were. */
    int read(UUID job, String method, int epoch, int run, float[] target) {
        int[] read = {0};
        RowCallbackHandler reader = row -> read[0] += Bytes.read(row.getBytes(2), target, row.getInt(1) * CHUNK);
        jdbc.query(CHUNKS_OF_RUN, reader, job, method, epoch, run);
        return read[0];
    }

    void delete(UUID job) {
        jdbc.update(DELETE_CHUNKS, job);
        jdbc.update(DELETE, job);
    }

    /**
     * @param runs how many runs kept scores of this method and epoch
     * @param facts means over those runs
     */
    record Kept(String method, int epoch, int place, int size, int classes, int runs, Map<String, Double> facts) {}
}
