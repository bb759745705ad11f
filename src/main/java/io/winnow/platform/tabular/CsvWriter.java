package io.winnow.platform.tabular;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Writes a table as CSV (RFC 4180, UTF-8, a header line). A text cell that a spreadsheet would take for a formula is led by an
 * apostrophe; numbers are left as they are.
 */
public final class CsvWriter {

    private static final String FORMULA_STARTS = "=+-@\t\r\n\0";

    private CsvWriter() {}

    public static void write(Table table, OutputStream out) throws IOException {
        ByteSink sink = new ByteSink(out);
        List<Table.Column> columns = table.columns();
        for (int c = 0; c < columns.size(); c++) {
            separator(sink, c);
            sink.text(cell(columns.get(c).name()));
        }
        sink.text("\r\n");
        table.scan(rows -> {
            for (int row = 0; row < rows; row++) {
                for (int c = 0; c < columns.size(); c++) {
                    separator(sink, c);
                    write(columns.get(c), row, sink);
                }
                sink.ascii('\r').ascii('\n');
            }
        });
        sink.flush();
    }

    private static void separator(ByteSink sink, int column) throws IOException {
        if (column > 0) {
            sink.ascii(',');
        }
    }

    private static void write(Table.Column column, int row, ByteSink sink) throws IOException {
        if (column instanceof Table.Integers integers) {
            sink.number(integers.cell().at(row));
        } else if (column instanceof Table.Floats floats) {
            sink.number(floats.cell().at(row));
        } else if (column instanceof Table.Doubles doubles) {
            sink.number(doubles.cell().at(row));
        } else if (column instanceof Table.Texts texts) {
            sink.text(cell(texts.cell().at(row)));
        }
    }

    /** A text cell, safe to open in a spreadsheet and quoted where it must be. */
    static String cell(String text) {
        String safe = !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return mustBeQuoted(safe) ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    private static boolean mustBeQuoted(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == ',' || c == '\r' || c == '\n') {
                return true;
            }
        }
        return false;
    }
}
