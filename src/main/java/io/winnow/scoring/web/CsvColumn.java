package io.winnow.scoring.web;

import io.winnow.platform.Fraction;
import io.winnow.platform.InvalidRequestException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One number for every index out of a CSV file of two columns, index and number, in any order, with or without a header.
 * Every index from 0 on must be there once.
 */
final class CsvColumn {

    private static final int LONGEST_LINE = 200;
    private static final Pattern INDEX = Pattern.compile("[0-9]{1,10}");
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,40}(\\.[0-9]{0,60})?([eE][-+]?[0-9]{1,3})?");

    private final String field;
    private final Opener file;

    CsvColumn(String field, Opener file) {
        this.field = field;
        this.file = file;
    }

    /** Opens the file from its start. */
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    private interface Row {
        void at(long line, int index, String number);
    }

    float[] scores() throws IOException {
        float[] scores = new float[count()];
        rows("score", scores.length, (line, index, number) -> {
            float score = NUMBER.matcher(number).matches() ? Float.parseFloat(number) : Float.NaN;
            if (!Float.isFinite(score)) {
                throw bad(line, "'%s' is not a finite float32 number".formatted(Fraction.quoted(number)));
            }
            scores[index] = score;
        });
        return scores;
    }

    int[] labels() throws IOException {
        int[] labels = new int[count()];
        rows("label", labels.length, (line, index, number) -> {
            long label = INDEX.matcher(number).matches() ? Long.parseLong(number) : -1;
            if (label < 0 || label > Labels.LARGEST) {
                throw bad(line, "'%s' %s".formatted(Fraction.quoted(number), Labels.RULE));
            }
            labels[index] = (int) label;
        });
        return labels;
    }

    private int count() throws IOException {
        long lines = 0;
        try (BufferedReader reader = reader()) {
            for (String line = line(reader, lines + 1); line != null; line = line(reader, lines + 1)) {
                lines += lines == 0 && isHeader(line) || line.isEmpty() ? 0 : 1;
                if (lines > Integer.MAX_VALUE - 8) {
                    throw new InvalidRequestException(field, "has more rows than can be kept");
                }
            }
        }
        return (int) lines;
    }

    private void rows(String column, int size, Row row) throws IOException {
        BitSet seen = new BitSet(size);
        try (BufferedReader reader = reader()) {
            long number = 0;
            for (String line = line(reader, 1); line != null; line = line(reader, number + 1)) {
                number++;
                if (line.isEmpty() || number == 1 && isHeader(line)) {
                    continue;
                }
                int comma = line.indexOf(',');
                if (comma < 0 || line.indexOf(',', comma + 1) >= 0) {
                    throw bad(number, "should be index,%s".formatted(column));
                }
                int index = index(number, line.substring(0, comma).strip(), size);
                if (seen.get(index)) {
                    throw bad(number, "gives index %d a second time".formatted(index));
                }
                seen.set(index);
                row.at(number, index, line.substring(comma + 1).strip());
            }
        }
    }

    private int index(long line, String text, int size) {
        long index = INDEX.matcher(text).matches() ? Long.parseLong(text) : -1;
        if (index < 0 || index >= size) {
            throw bad(
                    line,
                    "has the index '%s'; with %d rows, indices are 0 to %d"
                            .formatted(Fraction.quoted(text), size, size - 1));
        }
        return (int) index;
    }

    private static boolean isHeader(String line) {
        return line.toLowerCase(Locale.ROOT).replace(" ", "").matches("\\uFEFF?index,(score|label)");
    }

    private BufferedReader reader() throws IOException {
        return new BufferedReader(new InputStreamReader(file.open(), StandardCharsets.UTF_8), 1 << 16);
    }

    /** A line of bounded length, so that a file without line ends does not fill the heap. */
    private @Nullable String line(BufferedReader reader, long number) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = reader.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            if (line.length() == LONGEST_LINE) {
                throw bad(number, "is longer than %d characters; is this a CSV file?".formatted(LONGEST_LINE));
            }
            line.append((char) c);
            c = reader.read();
        }
        return line.toString().strip();
    }

    private InvalidRequestException bad(long line, String problem) {
        return new InvalidRequestException(field, "line %d %s".formatted(line, problem));
    }
}
