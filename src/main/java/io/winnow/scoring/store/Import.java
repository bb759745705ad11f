package io.winnow.scoring.store;

import static io.winnow.scoring.ScoreStore.CHUNK;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.NewScoreSet;
import io.winnow.scoring.NewScoreSet.LabelSource;
import io.winnow.scoring.NewScoreSet.ScoreSource;
import io.winnow.scoring.ScoreSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Writes score sets that were computed elsewhere, from streams. */
@Component
final class Import {

    private final ScoreChunks scoreChunks;
    private final ClassChunks classChunks;
    private final Path directory;

    Import(ScoreChunks scoreChunks, ClassChunks classChunks, WinnowProperties properties) {
        this.scoreChunks = scoreChunks;
        this.classChunks = classChunks;
        this.directory = properties.workDir();
    }

    /** Writes the chunks of the set and says what it is. */
    ScoreSet scoreSet(NewScoreSet imported, Instant now) throws IOException {
        UUID id = UUID.randomUUID();
        try (SetWriter writer = new SetWriter(scoreChunks, id, imported.keeps(), directory, scoreChunks::askNothing)) {
            writeScores(imported.scores(), writer);
            int classes = imported.labels() == null
                    ? imported.classes()
                    : writeLabels(id, imported.labels(), imported.classes(), writer.size());
            Summary summary = writer.finish();
            return new ScoreSet(
                    id,
                    imported.datasetId(),
                    imported.dataset(),
                    null,
                    imported.name(),
                    imported.method(),
                    null,
                    1,
                    imported.keeps(),
                    summary.size(),
                    classes,
                    summary.min(),
                    summary.max(),
                    summary.mean(),
                    summary.std(),
                    summary.histogram(),
                    null,
                    Map.of(),
                    List.of(),
                    now,
                    imported.positions());
        }
    }

    private static void writeScores(ScoreSource source, SetWriter writer) throws IOException {
        int count;
        do {
            float[] chunk = new float[CHUNK];
            count = source.read(chunk);
            for (int i = 0; i < count; i++) {
                if (!Float.isFinite(chunk[i])) {
                    throw new InvalidRequestException(
                            "scores",
                            "the score of sample %d is %s; scores must be finite"
                                    .formatted(writer.size() + i, chunk[i]));
                }
            }
            if (writer.size() + count > Integer.MAX_VALUE) {
                throw new InvalidRequestException("scores", "must not be more than " + Integer.MAX_VALUE);
            }
            if (count > 0) {
                writer.write(count == CHUNK ? chunk : Arrays.copyOf(chunk, count), null);
            }
        } while (count == CHUNK);
        if (writer.size() == 0) {
            throw new InvalidRequestException("scores", "must not be empty");
        }
    }

    /** @return the number of classes */
    private int writeLabels(UUID id, LabelSource source, int classes, long size) throws IOException {
        int largest = 0;
        long read = 0;
        int count;
        int[] chunk = new int[CHUNK];
        do {
            count = source.read(chunk);
            for (int i = 0; i < count; i++) {
                if (chunk[i] < 0 || classes > 0 && chunk[i] >= classes || chunk[i] == Integer.MAX_VALUE) {
                    throw new InvalidRequestException(
                            "labels",
                            "the label of sample %d is %d; labels are classes from 0%s"
                                    .formatted(read + i, chunk[i], classes > 0 ? " to " + (classes - 1) : ""));
                }
                largest = Math.max(largest, chunk[i]);
            }
            if (count > 0) {
                byte[] bytes = Bytes.of(chunk, 0, count);
                classChunks.insert(id, ClassChunks.Kind.LABEL, 0, (int) (read / CHUNK), bytes);
            }
            read += count;
        } while (count == CHUNK && read <= size);
        if (read != size) {
            throw new InvalidRequestException(
                    "labels", "there are %s labels for %d scores".formatted(read > size ? "more" : read, size));
        }
        return classes > 0 ? classes : largest + 1;
    }
}
