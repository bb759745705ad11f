package io.winnow.scoring.web;

import io.winnow.platform.tabular.NpyHeader;
import io.winnow.testing.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Imported scores and labels; the first byte chooses between the two where they come as files. */
public final class ImportFuzz {

    private static final int MOST = 1 << 20;

    private ImportFuzz() {}

    private static boolean isLabels(byte[] input) {
        return input.length > 0 && input[0] == 'l';
    }

    private static byte[] rest(byte[] input) {
        return Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
    }

    private static void requireFinite(float[] scores, int count) {
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(scores[i])) {
                throw new AssertionError("kept " + scores[i]);
            }
        }
    }

    private static void requireClasses(int[] labels, int count) {
        for (int i = 0; i < count; i++) {
            if (labels[i] < 0 || labels[i] > Labels.LARGEST) {
                throw new AssertionError("kept " + labels[i]);
            }
        }
    }

    public static final class ScoresCsv implements FuzzTarget {

        @Override
        public void read(byte[] input) throws IOException {
            CsvColumn column = new CsvColumn("file", () -> new ByteArrayInputStream(rest(input)));
            if (isLabels(input)) {
                int[] labels = column.labels();
                requireClasses(labels, labels.length);
            } else {
                float[] scores = column.scores();
                requireFinite(scores, scores.length);
            }
        }

        @Override
        public List<byte[]> seeds() {
            return Stream.of("sindex,score\n1,-0.5e3\n0,2\n", "lindex,label\r\n0,7\r\n1,999999\r\n")
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .toList();
        }
    }

    public static final class ScoresNpy implements FuzzTarget {

        @Override
        public void read(byte[] input) throws IOException {
            byte[] file = rest(input);
            NpyColumn column = new NpyColumn("file", new ByteArrayInputStream(file), file.length);
            if (isLabels(input)) {
                int[] labels =
                        new int[(int) Math.min(MOST, column.requireIntegers().length())];
                requireClasses(labels, column.read(labels));
            } else {
                float[] scores =
                        new float[(int) Math.min(MOST, column.requireFloats().length())];
                requireFinite(scores, column.read(scores));
            }
        }

        @Override
        public List<byte[]> seeds() {
            return List.of(
                    file(
                            's',
                            "<f4",
                            ByteBuffer.allocate(8)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .putFloat(1)
                                    .putFloat(-2)),
                    file(
                            's',
                            "<f8",
                            ByteBuffer.allocate(16)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .putDouble(1)
                                    .putDouble(-2)),
                    file(
                            'l',
                            "<i8",
                            ByteBuffer.allocate(16)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .putLong(3)
                                    .putLong(0)),
                    file('l', "|u1", ByteBuffer.allocate(2).put((byte) 1).put((byte) 200)));
        }

        private static byte[] file(char kind, String descr, ByteBuffer numbers) {
            byte[] header = new NpyHeader(descr, 2).toBytes();
            return ByteBuffer.allocate(1 + header.length + numbers.capacity())
                    .put((byte) kind)
                    .put(header)
                    .put(numbers.array())
                    .array();
        }
    }

    public static final class ScoresJson implements FuzzTarget {

        @Override
        public void read(byte[] input) {
            ImportJson read = ImportJson.read(JsonMapper.shared(), new ByteArrayInputStream(input));
            requireFinite(read.scores(), read.scores().length);
            int[] labels = read.labels();
            if (labels != null) {
                requireClasses(labels, labels.length);
            }
        }

        @Override
        public List<byte[]> seeds() {
            return Stream.of("""
                            {"name": "mine", "method": "loss", "keeps": "HIGHEST", "scores": [1, -2.5e-3, 0]}""", """
                            {"name": "a", "dataset": null, "method": "b", "keeps": "LOWEST", "scores": [1], "labels": [9]}""")
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .toList();
        }
    }
}
