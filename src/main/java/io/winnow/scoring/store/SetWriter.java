package io.winnow.scoring.store;

import static io.winnow.scoring.ScoreStore.CHUNK;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the chunks of one score set as its scores come, and ranks them when all are there. */
final class SetWriter implements AutoCloseable {

    /** Chunks sorted at a time, and held in the heap: about 80 MB in all. */
    static final int SORTED_CHUNKS = 64;

    private final ScoreChunks chunks;
    private final UUID set;
    private final Keeps keeps;
    private final IntSpool keys;
    private int written;

    /**
     * @param directory for temporary files
     * @param step told often while the set is ranked
     */
    SetWriter(ScoreChunks chunks, UUID set, Keeps keeps, Path directory, Runnable step) {
        this.chunks = chunks;
        this.set = set;
        this.keeps = keeps;
        this.keys = new IntSpool(directory, SORTED_CHUNKS, step);
    }

    /**
     * Writes the next chunk.
     *
     * @param scores a full chunk, or the last one; finite
     * @param spread [scores.length] standard deviation over runs, or null
     */
    void write(float[] scores, float @Nullable [] spread) {
        int[] chunk = new int[scores.length];
        for (int i = 0; i < scores.length; i++) {
            if (!Float.isFinite(scores[i])) {
                throw new IllegalArgumentException(
                        "the score of sample %d is %s".formatted(keys.size() + i, scores[i]));
            }
            chunk[i] = Ranking.key(scores[i], keeps);
        }
        chunks.insert(set, written++, scores, spread == null ? null : Bytes.of(spread, 0, spread.length));
        keys.append(chunk);
    }

    /** Samples written so far. */
    long size() {
        return keys.size();
    }

    /** Ranks what was written, says what it is like, and lets go of it. */
    Summary finish() {
        new StreamedRanking(keys, SORTED_CHUNKS * CHUNK, (number, samples) -> {
                    chunks.setRanking(set, number, Bytes.of(samples, 0, samples.length));
                })
                .write();
        Summary summary = Summary.of(keys, keeps);
        close();
        return summary;
    }

    @Override
    public void close() {
        keys.close();
    }
}
