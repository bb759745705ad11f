package io.winnow.dataset.format;

import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.SourceFiles;
import io.winnow.dataset.Split;
import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the files of a split that may lie in several: those that the registration's globs match, else those of the endings
 * whose name begins with, or that lie in a folder of, the split's name.
 */
final class SplitFiles {

    /** What test splits are called, the likeliest first. */
    private static final List<String> TEST_NAMES = List.of("test", "validation", "valid", "val");

    private SplitFiles() {}

    /**
     * @param endings such as {@code .parquet}
     * @return empty when there is no such split, which a training split may not be
     */
    static List<Path> of(SourceFiles files, DatasetRegistration registration, Split split, List<String> endings)
            throws IOException {
        boolean train = split == Split.TRAIN;
        String field = train ? "files.train" : "files.test";
        List<String> given = registration.globs(split);
        if (!given.isEmpty()) {
            List<Path> found = files.match(given, field);
            if (found.isEmpty()) {
                throw new InvalidRequestException(field, "matches no file");
            }
            return found;
        }
        if (!files.isDirectory()) {
            return train ? files.match(endings.stream().map(e -> "*" + e).toList(), field) : List.of();
        }
        for (String name : train ? List.of("train") : TEST_NAMES) {
            List<Path> found = files.match(
                    endings.stream()
                            .flatMap(e -> Stream.of(
                                    name + "*" + e, "**/" + name + "*" + e, name + "/*" + e, "**/" + name + "/*" + e))
                            .toList(),
                    field);
            if (!found.isEmpty()) {
                return found;
            }
        }
        if (train) {
            throw new InvalidRequestException(
                    "location",
                    "no training files found; expected train*%s, or name them in files.train"
                            .formatted(endings.get(0)));
        }
        return List.of();
    }
}
