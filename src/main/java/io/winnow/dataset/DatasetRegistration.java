package io.winnow.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user says of a dataset when registering it. Nothing is checked before {@link DatasetRegistry#register}.
 *
 * @param name unique, {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param format id of a {@link DatasetFormat}
 * @param location a directory or file under a data root, or an address to fetch the data from; {@code upload:} and a file's name for an upload
 * @param files which files under the location belong to which split; null for the format's usual names
 * @param columns names of the columns of a table; null for the usual ones
 * @param classes names of the classes in the order of the labels; null for the format's own
 * @param channels 1 or 3 for pictures in grey or colour; null for what the first one is
 * @param resize the size that pictures are brought to; null when they are all of one size
 * @param onBadSample {@code fail} (the default): the first sample that cannot be used fails the ingest; {@code skip}: it is
 *     left out, and the others keep their positions
 * @param maxBadSamples how many are skipped at most, of both splits together; null for {@value #DEFAULT_BAD}
 */
public record DatasetRegistration(
        @Nullable String name,
        @Nullable String format,
        @Nullable String location,
        @Nullable String description,
        @Nullable Files files,
        @Nullable Columns columns,
        @Nullable List<String> classes,
        @Nullable Integer channels,
        @Nullable Resize resize,
        @Nullable String onBadSample,
        @Nullable Integer maxBadSamples) {

    static final int DEFAULT_BAD = 100;
    static final int MOST_BAD = 1_000_000;

    private static final String SKIP = "skip";

    /** Whether samples that cannot be used are left out. */
    public boolean skipsBadSamples() {
        return SKIP.equals(onBadSample);
    }

    /** How many samples are skipped at most. */
    public int mostBadSamples() {
        return !skipsBadSamples() ? 0 : maxBadSamples == null ? DEFAULT_BAD : maxBadSamples;
    }

    boolean saysWhatOfBadSamples() {
        return onBadSample == null || onBadSample.equals("fail") || skipsBadSamples();
    }

    /** Globs relative to the location, by split. */
    public record Files(
            @Nullable List<String> train, @Nullable List<String> test) {

        public List<String> of(Split split) {
            List<String> globs = split == Split.TRAIN ? train : test;
            return globs == null ? List.of() : globs;
        }
    }

    public record Columns(@Nullable String image, @Nullable String label) {}

    /**
     * Brings pictures to size × size.
     *
     * @param size in pixels
     * @param mode {@code crop} (the default): the shorter side becomes size and the centre is kept; {@code exact}: both sides
     *     become size
     */
    public record Resize(@Nullable Integer size, @Nullable String mode) {

        static final int LARGEST = 1024;

        boolean isValid() {
            return size != null
                    && size >= 1
                    && size <= LARGEST
                    && (mode == null || mode.equals("crop") || mode.equals("exact"));
        }

        public int side() {
            return size == null ? 0 : size;
        }

        /** Whether the whole picture is kept, whatever its proportions. */
        public boolean exact() {
            return "exact".equals(mode);
        }
    }

    /** The globs given for a split; empty when none were. */
    public List<String> globs(Split split) {
        return files == null ? List.of() : files.of(split);
    }
}
