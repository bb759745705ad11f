package io.winnow.dataset.format;

import static io.winnow.dataset.format.BadInput.failed;
import static io.winnow.dataset.format.BadInput.refused;
import static org.apache.parquet.schema.MessageTypeParser.parseMessageType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/** Wrong Parquet files. */
final class BadTables {

    private static final String PARQUET = "parquet";
    private static final MessageType TABLE =
            parseMessageType("message table { optional binary image; optional int64 label; optional binary name; }");

    private BadTables() {}

    static List<BadInput> inputs() {
        return List.of(
                file(
                        "a file cut short",
                        bytes -> Arrays.copyOf(bytes, bytes.length - 9),
                        "not a readable Parquet file"),
                file("half a file", bytes -> Arrays.copyOf(bytes, bytes.length / 2), "not a readable Parquet file"),
                file("a few bytes", bytes -> Arrays.copyOf(bytes, 8), "too short for a Parquet file"),
                file(
                        "wrong magic",
                        bytes -> {
                            Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 'x');
                            return bytes;
                        },
                        "not a readable Parquet file"),
                file(
                        "a footer of absurd length",
                        bytes -> {
                            Arrays.fill(bytes, bytes.length - 8, bytes.length - 4, (byte) 0x7F);
                            return bytes;
                        },
                        "not a readable Parquet file"),
                refused(
                                PARQUET,
                                "a column that is not there",
                                folder -> write(folder, i -> row(i, i % 2, true)),
                                "has no column 'kind'")
                        .with("\"columns\": {\"label\": \"kind\"}"),
                refused(
                                PARQUET,
                                "labels that are words",
                                folder -> write(folder, i -> row(i, i % 2, true)),
                                "is not of integers")
                        .with("\"columns\": {\"label\": \"name\"}"),
                refused(
                                PARQUET,
                                "pictures that are numbers",
                                folder -> write(folder, i -> row(i, i % 2, true)),
                                "is not binary")
                        .with("\"columns\": {\"image\": \"label\"}"),
                refused(
                        PARQUET,
                        "a row without a label",
                        folder -> write(folder, i -> row(i, i == 7 ? null : i % 2, true)),
                        "train.parquet (row 7): has no label"),
                refused(
                        PARQUET,
                        "a negative label",
                        folder -> write(folder, i -> row(i, i == 7 ? -3 : i % 2, true)),
                        "(row 7): has label -3"),
                refused(PARQUET, "one class", folder -> write(folder, i -> row(i, 1, true)), "of one class"),
                refused(
                        PARQUET,
                        "no row",
                        folder -> ParquetFixture.write(
                                folder.resolve("train.parquet"),
                                TABLE,
                                Map.of(),
                                CompressionCodecName.UNCOMPRESSED,
                                0,
                                i -> row(i, 0, true)),
                        "has no rows"),
                refused(PARQUET, "nothing at all", folder -> {}, "no training files found"),
                failed(
                        PARQUET,
                        "a row without a picture",
                        folder -> write(folder, i -> row(i, i % 2, i != 6)),
                        6,
                        "train.parquet (row 6): has no picture"),
                failed(
                        PARQUET,
                        "a damaged picture",
                        folder -> write(folder, i -> {
                            SimpleGroup row = new SimpleGroup(TABLE);
                            row.add(
                                    "image",
                                    Binary.fromConstantByteArray(i == 8 ? new byte[30] : SourceFixture.png(i)));
                            row.add("label", (long) (i % 2));
                            return row;
                        }),
                        8,
                        "train.parquet (row 8): is no picture"));
    }

    private static SimpleGroup row(int i, Integer label, boolean picture) {
        SimpleGroup row = new SimpleGroup(TABLE);
        if (picture) {
            row.add("image", Binary.fromConstantByteArray(SourceFixture.png(i)));
        }
        if (label != null) {
            row.add("label", (long) label);
        }
        row.add("name", "row");
        return row;
    }

    private static void write(Path folder, IntFunction<SimpleGroup> row) throws IOException {
        ParquetFixture.write(
                folder.resolve("train.parquet"), TABLE, Map.of(), CompressionCodecName.UNCOMPRESSED, 12, row::apply);
    }

    private static BadInput file(String what, UnaryOperator<byte[]> change, String message) {
        return refused(
                PARQUET,
                what,
                folder -> {
                    write(folder, i -> row(i, i % 2, true));
                    Path file = folder.resolve("train.parquet");
                    Files.write(file, change.apply(Files.readAllBytes(file)));
                },
                message);
    }
}
