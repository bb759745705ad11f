package io.winnow.dataset.format;

import static org.apache.parquet.schema.MessageTypeParser.parseMessageType;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetFormat;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.TestSources;
import io.winnow.testing.ArchiveFixture;
import io.winnow.testing.FuzzTarget;
import io.winnow.testing.Fuzzing;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.PictureFixture;
import io.winnow.testing.Registrations;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/** The formats of data sets: one file is the input, those beside it are as they should be. */
public final class FormatFuzz {

    private static final int SIZE = 4;
    private static final int SIDE = 3;
    private static final int CLASSES = 2;
    private static final int MOST_SAMPLES = 200;
    private static final byte[] LABELS = IdxFixture.labels(SIZE, CLASSES);
    private static final byte[] PIXELS = IdxFixture.pixels(LABELS, SIDE, CLASSES, 1);

    private FormatFuzz() {}

    private static byte[] with(int first, byte[] rest) {
        return ByteBuffer.allocate(1 + rest.length).put((byte) first).put(rest).array();
    }

    /** Reads a data set that lies in a folder, to its end. */
    private abstract static class InFolder implements FuzzTarget {

        private final DatasetFormat format;
        private final Path folder = Fuzzing.folder();

        InFolder(DatasetFormat format) {
            this.format = format;
        }

        /** @param files contents by path below a folder of their own */
        final void read(String of, Map<String, byte[]> files) throws IOException {
            Path location = Files.createDirectories(folder.resolve(of));
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(location.resolve(file.getKey()), file.getValue());
            }
            DatasetSource source = format.open(
                    TestSources.at(folder, location), Registrations.of("data", format.id(), location.toString()));
            read(source.train());
            if (source.test() != null) {
                read(source.test());
            }
        }

        private static void read(SplitSource split) throws IOException {
            BadDataException bad = null;
            try (SampleReader reader = split.open()) {
                RawSample sample = reader.next();
                for (int i = 0; sample != null && i < MOST_SAMPLES; i++) {
                    try {
                        sample.picture().decode();
                    } catch (BadDataException e) {
                        bad = e;
                    }
                    sample = reader.next();
                }
            }
            if (bad != null) {
                throw bad;
            }
        }
    }

    /** The first byte chooses between pictures and labels, plain and gzipped. */
    public static final class Idx extends InFolder {

        public Idx() {
            super(new IdxFormat());
        }

        @Override
        public void read(byte[] input) throws IOException {
            int which = input.length == 0 ? 0 : input[0] & 3;
            byte[] file = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
            boolean labels = (which & 1) == 1;
            String ending = which >= 2 ? ".gz" : "";
            read(
                    "idx-" + which,
                    Map.of(
                            "train-images-idx3-ubyte" + (labels ? "" : ending),
                            labels ? IdxFixture.images(SIZE, SIDE, SIDE, PIXELS) : file,
                            "train-labels-idx1-ubyte" + (labels ? ending : ""),
                            labels ? file : IdxFixture.labelFile(LABELS)));
        }

        @Override
        public List<byte[]> seeds() throws IOException {
            byte[] images = IdxFixture.images(SIZE, SIDE, SIDE, PIXELS);
            byte[] labels = IdxFixture.labelFile(LABELS);
            return List.of(
                    with(0, images),
                    with(1, labels),
                    with(2, IdxFixture.gzip(images)),
                    with(3, IdxFixture.gzip(labels)));
        }
    }

    public static final class CifarBinary extends InFolder {

        public CifarBinary() {
            super(new CifarBinaryFormat());
        }

        @Override
        public void read(byte[] input) throws IOException {
            read("cifar", Map.of("data_batch_1.bin", input));
        }

        @Override
        public List<byte[]> seeds() {
            byte[] records = new byte[2 * 3073];
            records[3073] = 1;
            byte[] finer = new byte[2 * 3074];
            finer[1] = 99;
            return List.of(records, finer);
        }
    }

    /** The first byte chooses between samples, labels and an archive of both. */
    public static final class Npy extends InFolder {

        private static final byte[] SAMPLES = SourceFixture.npy("|u1", "4, 3, 3", PIXELS);
        private static final byte[] CLASS_OF_EACH = SourceFixture.npy("|u1", "4,", LABELS);

        public Npy() {
            super(new NpyFormat());
        }

        @Override
        public void read(byte[] input) throws IOException {
            int which = input.length == 0 ? 0 : (input[0] & 0xFF) % 3;
            byte[] file = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
            switch (which) {
                case 0 -> read("npy", Map.of("x_train.npy", file, "y_train.npy", CLASS_OF_EACH));
                case 1 -> read("npy", Map.of("x_train.npy", SAMPLES, "y_train.npy", file));
                default -> read("npz", Map.of("data.npz", file));
            }
        }

        @Override
        public List<byte[]> seeds() throws IOException {
            ByteBuffer features = ByteBuffer.allocate(SIZE * 2 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < SIZE * 2; i++) {
                features.putFloat(i / 7f);
            }
            ByteBuffer wide = ByteBuffer.allocate(SIZE * Long.BYTES);
            for (byte label : LABELS) {
                wide.putLong(label);
            }
            return List.of(
                    with(0, SAMPLES),
                    with(0, SourceFixture.npy("<f4", "4, 2", features.array())),
                    with(1, CLASS_OF_EACH),
                    with(1, SourceFixture.npy(">i8", "4, 1", wide.array())),
                    with(2, archive()));
        }

        private static byte[] archive() throws IOException {
            return ArchiveFixture.of(
                    "zip",
                    List.of(
                            ArchiveFixture.Member.file("x_train.npy", SAMPLES),
                            ArchiveFixture.Member.file("y_train.npy", CLASS_OF_EACH)));
        }
    }

    public static final class Parquet extends InFolder {

        private static final MessageType SCHEMA = parseMessageType(
                "message sample { optional group image { optional binary bytes; optional binary path (STRING); }"
                        + " optional int64 label; }");

        public Parquet() {
            super(new ParquetFormat());
        }

        @Override
        public void read(byte[] input) throws IOException {
            read("parquet", Map.of("train.parquet", input));
        }

        @Override
        public List<byte[]> seeds() throws IOException {
            Path folder = Fuzzing.folder();
            List<byte[]> seeds = new ArrayList<>();
            for (CompressionCodecName codec : List.of(
                    CompressionCodecName.UNCOMPRESSED,
                    CompressionCodecName.SNAPPY,
                    CompressionCodecName.ZSTD,
                    CompressionCodecName.GZIP)) {
                Path file = folder.resolve(codec + ".parquet");
                ParquetFixture.write(file, SCHEMA, Map.of(), codec, SIZE, Parquet::row);
                seeds.add(Files.readAllBytes(file));
                Files.delete(file);
            }
            return seeds;
        }

        private static Group row(int i) {
            Group row = new SimpleGroup(SCHEMA);
            row.addGroup("image").append("bytes", Binary.fromConstantByteArray(picture(i)));
            return row.append("label", (long) LABELS[i]);
        }
    }

    public static final class WebDataset extends InFolder {

        public WebDataset() {
            super(new WebDatasetFormat());
        }

        @Override
        public void read(byte[] input) throws IOException {
            read("webdataset", Map.of("train.tar", input));
        }

        @Override
        public List<byte[]> seeds() throws IOException {
            Path file = Fuzzing.folder().resolve("train.tar");
            List<SourceFixture.Member> members = new ArrayList<>();
            for (int i = 0; i < SIZE; i++) {
                members.add(new SourceFixture.Member(i + ".png", picture(i)));
                members.add(
                        i % 2 == 0
                                ? new SourceFixture.Member(i + ".cls", new byte[] {(byte) ('0' + LABELS[i])})
                                : new SourceFixture.Member(
                                        i + ".json",
                                        "{\"label\": %d}".formatted(LABELS[i]).getBytes()));
            }
            SourceFixture.tar(file, members);
            return List.of(Files.readAllBytes(file));
        }
    }

    private static byte[] picture(int i) {
        return PictureFixture.encode(PictureFixture.noise(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY, i), "png");
    }
}
