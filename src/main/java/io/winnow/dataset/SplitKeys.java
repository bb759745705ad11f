package io.winnow.dataset;

import io.winnow.dataset.DatasetSource.SplitSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a split while it is ingested: kept when every sample has one and no two the same. Keys that do not name the
 * samples are wrong data where they are what tells samples apart, and else are left out with a word on why.
 */
final class SplitKeys implements Closeable {

    private final SplitSource source;
    private final Path target;
    private @Nullable KeyFileWriter writer;
    private boolean begun;
    private Dataset.@Nullable Problem problem;

    /** @param target the file of keys; one that an ingest left there before is deleted */
    SplitKeys(SplitSource source, Path target) throws IOException {
        this.source = source;
        this.target = target;
        Files.deleteIfExists(target);
    }

    /** Adds the key of the sample at that position of the data, or that it has none. */
    void add(int index, @Nullable String key) throws IOException {
        if (!begun && key != null) {
            writer = new KeyFileWriter(target);
        }
        begun = true;
        if (problem != null || (key == null && writer == null)) {
            return;
        }
        if (key == null || writer == null) {
            refuse(
                    index,
                    "has %s key, but those before it have %s"
                            .formatted(key == null ? "no" : "a", key == null ? "one" : "none"));
            return;
        }
        try {
            writer.append(key);
        } catch (BadDataException e) {
            refuse(index, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Ends the file of keys, if there are any.
     *
     * @param checksum of the samples that they name
     * @param toSource leads from the places of the keys to the positions of the samples in the data
     * @return why they are left out, if they are
     */
    Optional<Dataset.Problem> finish(String checksum, IntUnaryOperator toSource) throws IOException {
        if (writer != null && problem == null) {
            KeyFileWriter.Duplicate duplicate = writer.finish(KeyFile.digest(checksum));
            if (duplicate != null) {
                int first = toSource.applyAsInt(duplicate.first());
                refuse(
                        toSource.applyAsInt(duplicate.second()),
                        "has the key '%s', which sample %d of %s has too"
                                .formatted(duplicate.key(), first, source.file(first)));
            }
        }
        return Optional.ofNullable(problem);
    }

    private void refuse(int index, String what) throws IOException {
        String message = "of %s %s".formatted(source.file(index), what);
        if (source.insistsOnKeys()) {
            throw new BadSampleException(index, message);
        }
        problem = new Dataset.Problem(index, message + "; the dataset is used without keys");
        close();
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
