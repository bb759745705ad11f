package io.winnow.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a dataset as its files give them.
 *
 * @param test null when there is no test split
 * @param classes names in the order of the labels; every label must be below their number
 */
public record DatasetSource(SplitSource train, @Nullable SplitSource test, List<String> classes) {

    public DatasetSource {
        classes = List.copyOf(classes);
    }

    /** All files that samples are read from, in their order. */
    List<Path> files() {
        List<Path> files = new ArrayList<>(train.files());
        if (test != null) {
            files.addAll(test.files());
        }
        return files;
    }

    /** One split of the files. */
    public interface SplitSource {

        /** Number of samples, known before they are decoded. */
        int size();

        SampleReader open() throws IOException;

        /** Where a sample is, as the user knows it: a file and, where that holds several, its place there. */
        default String file(int index) {
            return "the files";
        }

        /** The files that the samples are read from, in their order. */
        default List<Path> files() {
            return List.of();
        }

        /** Whether the data is wrong when its keys do not tell the samples apart; else they are left out. */
        default boolean insistsOnKeys() {
            return true;
        }
    }

    /** Reads the samples of a split in their order. Used by one thread. */
    public interface SampleReader extends Closeable {

        /** The next sample, or null after the last. */
        @Nullable
        RawSample next() throws IOException;
    }

    /**
     * A sample before its picture is decoded.
     *
     * @param label not negative, unless it has none that can be used, which the picture then says when it is decoded
     * @param key its name in the user's data, different from those of all others in the split; null where it has none
     * @param picture decodes it; may run on another thread, after further samples were read
     */
    public record RawSample(int label, @Nullable String key, Picture picture) {

        /** A sample that there is, but that cannot be used. */
        public static RawSample unusable(@Nullable String key, BadDataException reason) {
            return new RawSample(-1, key, () -> {
                throw reason;
            });
        }

        /** A sample that only its position names. */
        public RawSample(int label, Picture picture) {
            this(label, null, picture);
        }
    }

    /** A picture that is still to be decoded. */
    @FunctionalInterface
    public interface Picture {

        /** @throws BadDataException when it cannot be decoded */
        Pixels decode() throws IOException;
    }
}
