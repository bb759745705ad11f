package io.winnow.subset.web;

import io.winnow.platform.tabular.ByteSink;
import io.winnow.platform.tabular.CsvWriter;
import io.winnow.platform.tabular.Delivery;
import io.winnow.platform.tabular.Format;
import io.winnow.platform.tabular.NdjsonWriter;
import io.winnow.platform.tabular.NpyHeader;
import io.winnow.platform.tabular.ParquetFile;
import io.winnow.subset.KeptSamples;
import io.winnow.subset.SubsetHead;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes a subset in each of its formats, chunk by chunk. */
@Component
class SubsetWriter {

    private static final String INT64 = "<i8";

    private final JsonMapper json;

    SubsetWriter(JsonMapper json) {
        this.json = json;
    }

    /** @param head asked for only where the format tells it */
    void send(Delivery delivery, Format format, KeptSamples samples, Supplier<SubsetHead> head) throws IOException {
        if (format == Format.JSON) {
            byte[] start = json.writeValueAsBytes(head.get());
            delivery.send(-1, out -> json(start, samples, out));
        } else if (format == Format.NPY) {
            byte[] header = new NpyHeader(INT64, samples.size()).toBytes();
            delivery.send(header.length + (long) samples.size() * Long.BYTES, out -> npy(header, samples, out));
        } else if (format == Format.TXT) {
            delivery.send(-1, out -> txt(samples, out));
        } else {
            SubsetTable table = new SubsetTable(samples);
            delivery.send(-1, out -> {
                if (format == Format.CSV) {
                    CsvWriter.write(table, out);
                } else if (format == Format.NDJSON) {
                    NdjsonWriter.write(table, out);
                } else {
                    ParquetFile.write(table, out);
                }
            });
        }
    }

    /** The head, re-opened for the two long arrays. */
    private static void json(byte[] head, KeptSamples samples, OutputStream out) throws IOException {
        ByteSink sink = new ByteSink(out);
        sink.bytes(Arrays.copyOf(head, head.length - 1)).text(",\"indices\":[");
        boolean[] first = {true};
        samples.scan(chunk -> {
            for (int row = 0; row < chunk.count(); row++) {
                if (!first[0]) {
                    sink.ascii(',');
                }
                first[0] = false;
                sink.number((long) chunk.index(row));
            }
        });
        sink.text("],\"weights\":");
        if (samples.weighted()) {
            first[0] = true;
            samples.scan(chunk -> {
                for (int row = 0; row < chunk.count(); row++) {
                    sink.ascii(first[0] ? '[' : ',');
                    first[0] = false;
                    sink.number(chunk.weight(row));
                }
            });
            sink.ascii(']');
        } else {
            sink.text("null");
        }
        sink.ascii('}').flush();
    }

    private static void npy(byte[] header, KeptSamples samples, OutputStream out) throws IOException {
        ByteSink sink = new ByteSink(out).bytes(header);
        samples.scan(chunk -> {
            for (int row = 0; row < chunk.count(); row++) {
                sink.int64(chunk.index(row));
            }
        });
        sink.flush();
    }

    private static void txt(KeptSamples samples, OutputStream out) throws IOException {
        ByteSink sink = new ByteSink(out);
        samples.scan(chunk -> {
            for (int row = 0; row < chunk.count(); row++) {
                sink.number((long) chunk.index(row)).ascii('\n');
            }
        });
        sink.flush();
    }
}
