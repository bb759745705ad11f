package io.winnow.scoring.store;

import static io.winnow.scoring.ScoreStore.CHUNK;

import io.winnow.scoring.ScoreStore.Placed;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;

/** The chunks of score sets. */
@Component
final class ScoreChunks {

    private static final String INSERT = """
            INSERT INTO score_chunk (score_set_id, chunk_no, scores, spread) VALUES (?, ?, ?, ?)
            """;
    private static final String SET_RANKING = """
            UPDATE score_chunk SET ranking = ? WHERE score_set_id = ? AND chunk_no = ?
            """;
    private static final String SCORES = """
            SELECT scores FROM score_chunk WHERE score_set_id = ? AND chunk_no >= ? AND chunk_no < ? ORDER BY chunk_no
            """;
    private static final String SPREAD = """
            SELECT chunk_no, spread FROM score_chunk WHERE score_set_id = ? AND spread IS NOT NULL ORDER BY chunk_no
            """;
    private static final String RANKING = """
            SELECT substring(ranking FROM 1 FOR least(262144, (? - chunk_no * 65536::bigint) * 4)::integer)
            FROM score_chunk WHERE score_set_id = ? AND chunk_no < ? ORDER BY chunk_no
            """;

    private static final String PLACED = """
            SELECT substring(ranking FROM ? FOR 4) FROM score_chunk WHERE score_set_id = ? AND chunk_no = ?
            """;
    private static final String SCORE = """
            SELECT scores[?] FROM score_chunk WHERE score_set_id = ? AND chunk_no = ?
            """;

    private static final String NOTHING = """
            SELECT
            """;

    private final JdbcTemplate jdbc;

    ScoreChunks(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param spread [scores.length] as little-endian float32, or null
     */
    void insert(UUID set, int chunk, float[] scores, byte @Nullable [] spread) {
        jdbc.update(connection -> {
            PreparedStatement insert = connection.prepareStatement(INSERT);
            insert.setObject(1, set);
            insert.setInt(2, chunk);
            insert.setArray(3, connection.unwrap(PGConnection.class).createArrayOf("float4", scores));
            insert.setBytes(4, spread);
            return insert;
        });
    }

    void setRanking(UUID set, int chunk, byte[] ranking) {
        jdbc.update(SET_RANKING, ranking, set, chunk);
    }

    /** Shows the database that the transaction lives. */
    void askNothing() {
        jdbc.execute(NOTHING);
    }

    /** The scores of the chunks {@code from} … {@code to}−1 that exist, in order. */
    List<float[]> scores(UUID set, int from, int to) {
        return jdbc.query(binary(SCORES, set, from, to), (row, number) -> Bytes.ofRealArray(row.getBytes(1)));
    }

    /** Writes the spread, where there is one, over the target [N]. */
    void spread(UUID set, float[] target) {
        RowCallbackHandler reader = row -> Bytes.read(row.getBytes(2), target, row.getInt(1) * CHUNK);
        jdbc.query(SPREAD, reader, set);
    }

    /** The first {@code k} samples by importance. */
    int[] ranking(UUID set, int k) {
        int[] ranking = new int[k];
        int[] read = {0};
        int chunks = (int) ((k + CHUNK - 1L) / CHUNK);
        RowCallbackHandler reader = row -> read[0] += Bytes.read(row.getBytes(1), ranking, read[0]);
        jdbc.query(RANKING, reader, (long) k, set, chunks);
        return ranking;
    }

    Placed placed(UUID set, int place) {
        int[] sample = {0};
        RowCallbackHandler reader = row -> Bytes.read(row.getBytes(1), sample, 0);
        jdbc.query(PLACED, reader, place % CHUNK * Integer.BYTES + 1, set, place / CHUNK);
        float[] score = {0};
        RowCallbackHandler scoreReader = row -> score[0] = row.getFloat(1);
        jdbc.query(SCORE, scoreReader, sample[0] % CHUNK + 1, set, sample[0] / CHUNK);
        return new Placed(sample[0], score[0]);
    }

    /** Arrays must come in binary form, whatever the connection's own setting. */
    private static PreparedStatementCreator binary(String sql, Object... arguments) {
        return connection -> {
            PreparedStatement statement = connection.prepareStatement(sql);
            statement.unwrap(PGStatement.class).setPrepareThreshold(-1);
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            return statement;
        };
    }
}
