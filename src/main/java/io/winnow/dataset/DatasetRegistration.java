package io.winnow.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user says of a dataset when registering it. Nothing is checked before {@link DatasetRegistry#register}.
 *
 * @param name unique, {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param format id of a {@link DatasetFormat}
 * @param location a directory or file under a data root
 * @param files which files under the location belong to which split; null for the format's usual names
 * @param columns names of the columns of a table; null for the usual ones
 * @param classes names of the classes in the order of the labels; null for the format's own
 */
public record DatasetRegistration(
        @Nullable String name,
        @Nullable String format,
        @Nullable String location,
        @Nullable String description,
        @Nullable Files files,
        @Nullable Columns columns,
        @Nullable List<String> classes) {

    /** Globs relative to the location, by split. */
    public record Files(
            @Nullable List<String> train, @Nullable List<String> test) {

        public List<String> of(Split split) {
            List<String> globs = split == Split.TRAIN ? train : test;
            return globs == null ? List.of() : globs;
        }
    }

    public record Columns(@Nullable String image, @Nullable String label) {}

    /** The globs given for a split; empty when none were. */
    public List<String> globs(Split split) {
        return files == null ? List.of() : files.of(split);
    }
}
