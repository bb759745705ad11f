package io.winnow.scoring.store;

import static io.winnow.scoring.ScoreStore.CHUNK;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;

/** Chunks with one class a sample. */
@Component
final class ClassChunks {

    private static final String INSERT = """
            INSERT INTO class_chunk (owner_id, kind, chunk_no, run, classes) VALUES (?, ?, ?, ?, ?)
            """;
    private static final String ALL = """
            SELECT chunk_no, classes FROM class_chunk WHERE owner_id = ? AND kind = ? AND run = 0 ORDER BY chunk_no
            """;
    private static final String PREDICTIONS_OF_CHUNK = """
            SELECT classes FROM class_chunk WHERE owner_id = ? AND kind = 'PREDICTION' AND chunk_no = ? AND run < ?
            ORDER BY run
            """;
    private static final String DELETE = """
            DELETE FROM class_chunk WHERE owner_id = ?
            """;

    private final JdbcTemplate jdbc;

    ClassChunks(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What a class says about a sample. */
    enum Kind {
        LABEL,
        PREDICTION,
        MAJORITY
    }

    /** Keeps all classes [N] of an owner. */
    void insertAll(UUID owner, Kind kind, int run, int[] classes) {
        for (int from = 0; from < classes.length; from += CHUNK) {
            insert(owner, kind, run, from / CHUNK, Bytes.of(classes, from, Math.min(CHUNK, classes.length - from)));
        }
    }

    void insert(UUID owner, Kind kind, int run, int chunk, byte[] classes) {
        jdbc.update(INSERT, owner, kind.name(), chunk, run, classes);
    }

    /** All labels, or what most runs predict; null when there are none. */
    int @Nullable [] all(UUID owner, Kind kind, int size) {
        int[] classes = new int[size];
        int[] read = {0};
        RowCallbackHandler reader = row -> read[0] += Bytes.read(row.getBytes(2), classes, row.getInt(1) * CHUNK);
        jdbc.query(ALL, reader, owner, kind.name());
        return read[0] == 0 ? null : classes;
    }

    /** What the runs 0 … runs−1 predict for the samples of one chunk, in the order of the runs, as far as they do. */
    List<int[]> predictions(UUID job, int chunk, int runs) {
        List<int[]> predictions = new ArrayList<>();
        RowCallbackHandler reader = row -> {
            byte[] bytes = row.getBytes(1);
            int[] classes = new int[bytes.length / Integer.BYTES];
            Bytes.read(bytes, classes, 0);
            predictions.add(classes);
        };
        jdbc.query(PREDICTIONS_OF_CHUNK, reader, job, chunk, runs);
        return predictions;
    }

    void delete(UUID owner) {
        jdbc.update(DELETE, owner);
    }
}
