package io.winnow.platform.tabular;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.io.JsonStringEncoder;

/** Writes a table as newline-delimited JSON: one object a row. */
public final class NdjsonWriter {

    private NdjsonWriter() {}

    public static void write(Table table, OutputStream out) throws IOException {
        ByteSink sink = new ByteSink(out);
        List<Table.Column> columns = table.columns();
        byte[][] names = new byte[columns.size()][];
        for (int c = 0; c < names.length; c++) {
            String lead = c == 0 ? "{" : ",";
            names[c] = (lead + quote(columns.get(c).name()) + ":").getBytes(StandardCharsets.UTF_8);
        }
        table.scan(rows -> {
            for (int row = 0; row < rows; row++) {
                for (int c = 0; c < names.length; c++) {
                    sink.bytes(names[c]);
                    write(columns.get(c), row, sink);
                }
                sink.ascii('}').ascii('\n');
            }
        });
        sink.flush();
    }

    private static void write(Table.Column column, int row, ByteSink sink) throws IOException {
        if (column instanceof Table.Integers integers) {
            sink.number(integers.cell().at(row));
        } else if (column instanceof Table.Floats floats) {
            sink.number(floats.cell().at(row));
        } else if (column instanceof Table.Doubles doubles) {
            sink.number(doubles.cell().at(row));
        } else if (column instanceof Table.Texts texts) {
            sink.text(quote(texts.cell().at(row)));
        }
    }

    private static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }
}
