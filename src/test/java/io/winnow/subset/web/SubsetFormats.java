package io.winnow.subset.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads subsets of each format by means other than those that wrote them. */
final class SubsetFormats {

    private SubsetFormats() {}

    /** The columns of a list; all but the indices are null where the format has only these. */
    record Read(
            int[] indices,
            float @Nullable [] scores,
            int @Nullable [] labels,
            double @Nullable [] weights,
            @Nullable List<@Nullable String> keys) {

        static Read of(int[] indices) {
            return new Read(indices, null, null, null, null);
        }

        static Read of(List<Row> rows) {
            float[] scores = new float[rows.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = rows.get(i).score();
            }
            return new Read(
                    rows.stream().mapToInt(Row::index).toArray(),
                    scores,
                    rows.stream().mapToInt(Row::label).toArray(),
                    rows.stream().mapToDouble(Row::weight).toArray(),
                    rows.stream().map(Row::key).toList());
        }
    }

    private record Row(
            int index,
            float score,
            int label,
            double weight,
            @Nullable String key) {}

    static Read read(String format, byte[] body) throws IOException {
        String text = new String(body, StandardCharsets.UTF_8);
        return switch (format) {
            case "json" -> json(text);
            case "ndjson" ->
                Read.of(text.lines()
                        .map(line -> new JsonMapper().readTree(line))
                        .map(SubsetFormats::row)
                        .toList());
            case "csv" -> csv(text);
            case "npy" -> npy(body);
            case "txt" -> Read.of(text.lines().mapToInt(Integer::parseInt).toArray());
            case "parquet" -> parquet(body);
            default -> throw new IllegalArgumentException(format);
        };
    }

    private static Read json(String text) {
        JsonNode indices = new JsonMapper().readTree(text).get("indices");
        int[] read = new int[indices.size()];
        Arrays.setAll(read, i -> indices.get(i).asInt());
        return Read.of(read);
    }

    private static Row row(JsonNode node) {
        assertThat(node.propertyNames())
                .containsExactlyElementsOf(
                        node.has("key")
                                ? List.of("index", "score", "label", "weight", "key")
                                : List.of("index", "score", "label", "weight"));
        return new Row(
                node.get("index").asInt(),
                (float) node.get("score").asDouble(),
                node.get("label").asInt(),
                node.get("weight").asDouble(),
                node.has("key") ? node.get("key").asString() : null);
    }

    private static Read csv(String text) {
        assertThat(text).matches("(?s)index,score,label,weight(,key)?\r\n.*\r\n");
        return Read.of(text.lines()
                .skip(1)
                .map(line -> line.split(","))
                .map(cells -> new Row(
                        Integer.parseInt(cells[0]),
                        Float.parseFloat(cells[1]),
                        Integer.parseInt(cells[2]),
                        Double.parseDouble(cells[3]),
                        cells.length > 4 ? cells[4] : null))
                .toList());
    }

    private static Read npy(byte[] body) {
        ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(Arrays.copyOf(body, 8)).isEqualTo(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        int headerLength = bytes.getShort(8);
        assertThat((10 + headerLength) % 64).isZero();
        String header = new String(body, 10, headerLength, StandardCharsets.US_ASCII);
        int count = (body.length - 10 - headerLength) / 8;
        assertThat(header)
                .startsWith("{'descr': '<i8', 'fortran_order': False, 'shape': (%d,), }".formatted(count))
                .endsWith("\n");
        int[] read = new int[count];
        Arrays.setAll(read, i -> Math.toIntExact(bytes.getLong(10 + headerLength + 8 * i)));
        return Read.of(read);
    }

    private static Read parquet(byte[] body) throws IOException {
        Path file = Files.createTempFile("subset", ".parquet");
        Files.copy(new ByteArrayInputStream(body), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        List<Row> rows = new ArrayList<>();
        try (ParquetFileReader reader = ParquetFileReader.open(
                new LocalInputFile(file),
                org.apache.parquet.ParquetReadOptions.builder(new PlainParquetConfiguration())
                        .build())) {
            MessageType schema = reader.getFileMetaData().getSchema();
            for (var pages = reader.readNextRowGroup(); pages != null; pages = reader.readNextRowGroup()) {
                RecordReader<Group> records = new ColumnIOFactory()
                        .getColumnIO(schema)
                        .getRecordReader(pages, new GroupRecordConverter(schema));
                for (long i = 0; i < pages.getRowCount(); i++) {
                    Group group = records.read();
                    rows.add(new Row(
                            (int) group.getLong("index", 0),
                            group.getFloat("score", 0),
                            (int) group.getLong("label", 0),
                            group.getDouble("weight", 0),
                            schema.containsField("key") ? group.getString("key", 0) : null));
                }
            }
        } finally {
            Files.delete(file);
        }
        return Read.of(rows);
    }
}
