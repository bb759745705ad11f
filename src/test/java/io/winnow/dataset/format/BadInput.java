package io.winnow.dataset.format;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One way in which data is wrong.
 *
 * @param maker lays the data in a folder
 * @param more fields of the registration, with a comma before
 * @param sample position of the sample that the ingest names, or one of the constants
 * @param message part of what the user is told
 */
public record BadInput(String format, String what, Maker maker, String more, int sample, String message) {

    /** Refused in the answer to the registration. */
    public static final int AT_ONCE = -2;

    /** Found by the ingest, about no single sample. */
    public static final int WHOLE = -1;

    /** Lays data in a folder and says what in it is the location; empty for the folder. */
    @FunctionalInterface
    public interface Maker {
        String make(Path folder) throws Exception;
    }

    /** The same of data that are the whole folder. */
    @FunctionalInterface
    interface Filler {
        void fill(Path folder) throws Exception;
    }

    /** All that are known, of every format. */
    public static List<BadInput> all() {
        return Stream.of(
                        BadIdx.inputs(),
                        BadCifar.inputs(),
                        BadNpy.inputs(),
                        BadFolders.inputs(),
                        BadTables.inputs(),
                        BadShards.inputs())
                .flatMap(List::stream)
                .toList();
    }

    static BadInput refused(String format, String what, Filler filler, String message) {
        return new BadInput(format, what, of(filler), "", AT_ONCE, message);
    }

    static BadInput failed(String format, String what, Filler filler, int sample, String message) {
        return new BadInput(format, what, of(filler), "", sample, message);
    }

    BadInput at(int position) {
        return new BadInput(format, what, maker, more, position, message);
    }

    BadInput with(String fields) {
        return new BadInput(format, what, maker, ", " + fields, sample, message);
    }

    static Maker of(Filler filler) {
        return folder -> {
            filler.fill(folder);
            return "";
        };
    }

    @Override
    public String toString() {
        return format + ": " + what;
    }
}
