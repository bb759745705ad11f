package io.winnow.subset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The samples of stored subsets. */
@Component
class SubsetChunks {

    private static final int SIZE = 65_536;
    private static final String INSERT = """
            INSERT INTO subset_chunk (subset_id, chunk_no, indices, scores, labels, weights, keys)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String SELECT = """
            SELECT indices, scores, labels, weights, keys FROM subset_chunk WHERE subset_id = ? AND chunk_no = ?
            """;

    private final JdbcTemplate jdbc;

    SubsetChunks(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Writes the samples, in the caller's transaction. */
    void write(UUID subset, KeptSamples samples) throws IOException {
        Row row = new Row(samples.labelled(), samples.weighted(), samples.keyed());
        int[] written = {0};
        samples.scan(chunk -> {
            for (int i = 0; i < chunk.count(); i++) {
                row.add(chunk, i);
                if (row.isFull()) {
                    insert(subset, written[0]++, row);
                }
            }
        });
        if (!row.isEmpty()) {
            insert(subset, written[0], row);
        }
    }

    private void insert(UUID subset, int number, Row row) {
        jdbc.update(
                INSERT,
                subset,
                number,
                row.indices.taken(),
                row.scores.taken(),
                row.labels == null ? null : row.labels.taken(),
                row.weights == null ? null : row.weights.taken(),
                row.takenKeys());
    }

    /** The samples, read from the database as they are scanned. */
    KeptSamples read(UUID subset, int size, boolean labelled, boolean weighted, boolean keyed) {
        return new Stored(subset, size, labelled, weighted, keyed);
    }

    private final class Stored implements KeptSamples {

        private final UUID subset;
        private final int size;
        private final boolean labelled;
        private final boolean weighted;
        private final boolean keyed;

        Stored(UUID subset, int size, boolean labelled, boolean weighted, boolean keyed) {
            this.subset = subset;
            this.size = size;
            this.labelled = labelled;
            this.weighted = weighted;
            this.keyed = keyed;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public boolean weighted() {
            return weighted;
        }

        @Override
        public boolean labelled() {
            return labelled;
        }

        @Override
        public boolean keyed() {
            return keyed;
        }

        @Override
        public void scan(Reader reader) throws IOException {
            int chunks = (int) ((size + SIZE - 1L) / SIZE);
            Chunk chunk = new Chunk();
            for (int number = 0; number < chunks; number++) {
                List<Columns> found = jdbc.query(
                        SELECT,
                        (row, n) -> Columns.of(
                                row.getBytes(1), row.getBytes(2), row.getBytes(3), row.getBytes(4), row.getArray(5)),
                        subset,
                        number);
                if (found.isEmpty()) {
                    throw new IOException("chunk %d of subset %s is missing".formatted(number, subset));
                }
                found.get(0).hand(reader, chunk);
            }
        }
    }

    /** One row of the table as read. */
    private record Columns(
            ByteBuffer indices,
            ByteBuffer scores,
            @Nullable ByteBuffer labels,
            @Nullable ByteBuffer weights,
            String @Nullable [] keys) {

        static Columns of(
                byte[] indices,
                byte[] scores,
                byte @Nullable [] labels,
                byte @Nullable [] weights,
                @Nullable Array keys)
                throws SQLException {
            return new Columns(
                    view(indices),
                    view(scores),
                    labels == null ? null : view(labels),
                    weights == null ? null : view(weights),
                    keys == null ? null : (String[]) keys.getArray());
        }

        private static ByteBuffer view(byte[] bytes) {
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        void hand(KeptSamples.Reader reader, KeptSamples.Chunk chunk) throws IOException {
            int read = 0;
            while (indices.hasRemaining()) {
                chunk.count = 0;
                while (indices.hasRemaining() && !chunk.isFull()) {
                    int row = chunk.count;
                    chunk.add(indices.getInt(), scores.getFloat());
                    if (labels != null) {
                        chunk.labels[row] = labels.getInt();
                    }
                    if (weights != null) {
                        chunk.weights[row] = weights.getDouble();
                    }
                    if (keys != null) {
                        chunk.keys[row] = keys[read];
                    }
                    read++;
                }
                reader.chunk(chunk);
            }
        }
    }

    /** One row of the table as it fills. */
    private static final class Row {

        private final Filling indices = new Filling(Integer.BYTES);
        private final Filling scores = new Filling(Float.BYTES);
        private final @Nullable Filling labels;
        private final @Nullable Filling weights;
        private final @Nullable List<String> keys;

        Row(boolean labelled, boolean weighted, boolean keyed) {
            labels = labelled ? new Filling(Integer.BYTES) : null;
            weights = weighted ? new Filling(Double.BYTES) : null;
            keys = keyed ? new ArrayList<>(SIZE) : null;
        }

        void add(KeptSamples.Chunk chunk, int i) {
            indices.bytes.putInt(chunk.index(i));
            scores.bytes.putFloat(chunk.score(i));
            if (labels != null) {
                labels.bytes.putInt(chunk.label(i));
            }
            if (weights != null) {
                weights.bytes.putDouble(chunk.weight(i));
            }
            if (keys != null) {
                keys.add(chunk.key(i));
            }
        }

        /** The keys that were filled in; the next start empty. */
        String @Nullable [] takenKeys() {
            if (keys == null) {
                return null;
            }
            String[] taken = keys.toArray(String[]::new);
            keys.clear();
            return taken;
        }

        boolean isFull() {
            return !indices.bytes.hasRemaining();
        }

        boolean isEmpty() {
            return indices.bytes.position() == 0;
        }
    }

    private static final class Filling {

        private final ByteBuffer bytes;

        Filling(int width) {
            bytes = ByteBuffer.allocate(SIZE * width).order(ByteOrder.LITTLE_ENDIAN);
        }

        /** What was filled in, as a copy; the next starts empty. */
        byte[] taken() {
            byte[] copy = Arrays.copyOf(bytes.array(), bytes.position());
            bytes.clear();
            return copy;
        }
    }
}
