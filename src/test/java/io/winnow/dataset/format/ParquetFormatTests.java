package io.winnow.dataset.format;

import static org.apache.parquet.schema.MessageTypeParser.parseMessageType;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.Pixels;
import io.winnow.dataset.TestSources;
import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.SampleShape;
import io.winnow.testing.PictureFixture;
import io.winnow.testing.Registrations;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetFormatTests {

    private static final MessageType HUB = parseMessageType("""
            message hub { optional group image { optional binary bytes; optional binary path (STRING); optional int32 n; }
                          optional int64 label; optional binary note; }""");
    private static final MessageType FLAT =
            parseMessageType("message flat { required binary picture; required int32 kind; }");
    private static final String NAMES = """
            {"info": {"features": {"image": {"_type": "Image"},
                                   "label": {"names": ["ant", "bee", "cow"], "_type": "ClassLabel"}}}}""";

    @TempDir
    Path folder;

    private static byte[] picture(int i) {
        return PictureFixture.encode(PictureFixture.noise(5, 4, BufferedImage.TYPE_INT_RGB, i), "png");
    }

    private static byte[] planes(int i) {
        return PictureFixture.planes(PictureFixture.noise(5, 4, BufferedImage.TYPE_INT_RGB, i));
    }

    private static Group hubRow(int i) {
        SimpleGroup row = new SimpleGroup(HUB);
        Group image = row.addGroup("image");
        image.add("bytes", Binary.fromConstantByteArray(picture(i)));
        image.add("path", "p%d.png".formatted(i));
        row.add("label", (long) (i % 3));
        return row;
    }

    private void writeHub(String name, int from, int rows, CompressionCodecName codec) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ParquetFixture.write(file, HUB, Map.of("huggingface", NAMES), codec, rows, i -> hubRow(from + i));
    }

    private DatasetSource open(Path location) throws IOException {
        return open(Registrations.of("data", "parquet", location.toString()), location);
    }

    private DatasetSource open(DatasetRegistration registration, Path location) throws IOException {
        return new ParquetFormat().open(TestSources.at(folder, location), registration);
    }

    private DatasetSource openFlat(String image, String label) throws IOException {
        return open(
                new DatasetRegistration(
                        "data",
                        "parquet",
                        folder.toString(),
                        null,
                        null,
                        new DatasetRegistration.Columns(image, label),
                        null,
                        null,
                        null,
                        null,
                        null),
                folder);
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"UNCOMPRESSED", "SNAPPY", "ZSTD", "GZIP"})
    void readsTheShardsOfASplitInTheirOrder(CompressionCodecName codec) throws IOException {
        writeHub("data/train-00000-of-00002.parquet", 0, 40, codec);
        writeHub("data/train-00001-of-00002.parquet", 40, 25, codec);
        writeHub("data/test-00000-of-00001.parquet", 100, 7, codec);
        DatasetSource source = open(folder);
        assertThat(source.classes()).containsExactly("ant", "bee", "cow");
        assertThat(source.train().size()).isEqualTo(65);
        assertThat(source.test())
                .isNotNull()
                .satisfies(test -> assertThat(test.size()).isEqualTo(7));
        try (SampleReader reader = source.train().open()) {
            for (int i = 0; i < 65; i++) {
                RawSample sample = reader.next();
                assertThat(sample).isNotNull();
                assertThat(sample.label()).isEqualTo(i % 3);
                Pixels pixels = sample.picture().decode();
                assertThat(pixels.shape()).isEqualTo(new SampleShape(3, 4, 5));
                assertThat(pixels.values()).isEqualTo(planes(i));
            }
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void readsPlainBytesFromTheColumnsThatAreNamed() throws IOException {
        ParquetFixture.write(
                folder.resolve("train.parquet"),
                FLAT,
                Map.of(),
                CompressionCodecName.SNAPPY,
                10,
                i -> new SimpleGroup(FLAT)
                        .append("picture", Binary.fromConstantByteArray(picture(i)))
                        .append("kind", i % 2));
        DatasetSource source = openFlat("picture", "kind");
        assertThat(source.classes()).containsExactly("0", "1");
        assertThat(source.test()).isNull();
        assertThat(source.train().size()).isEqualTo(10);
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("columns.image: train.parquet has no column image or img");
        assertThatThrownBy(() -> openFlat("picture", "class"))
                .hasMessageStartingWith("columns.label: train.parquet has no column 'class'");
        assertThatThrownBy(() -> openFlat("kind", "kind")).hasMessageContaining("'kind' is not binary");
        assertThatThrownBy(() -> openFlat("picture", "picture")).hasMessageContaining("not of integers");
    }

    @Test
    void takesThePathOfAPictureForAKeyThoughItMayBeNone() throws IOException {
        writeHub("train-0.parquet", 0, 5, CompressionCodecName.SNAPPY);
        ParquetFixture.write(
                folder.resolve("train-1.parquet"), HUB, Map.of(), CompressionCodecName.UNCOMPRESSED, 2, i -> {
                    SimpleGroup row = new SimpleGroup(HUB);
                    Group image = row.addGroup("image");
                    image.add("bytes", Binary.fromConstantByteArray(picture(i)));
                    if (i == 0) {
                        image.add("path", "");
                    }
                    row.add("label", 1L);
                    return row;
                });
        DatasetSource source = open(folder);
        assertThat(SourceFixture.read(source.train()))
                .extracting(SourceFixture.Sample::key)
                .containsExactly("p0.png", "p1.png", "p2.png", "p3.png", "p4.png", null, null);
        assertThat(source.train().insistsOnKeys()).isFalse();
        assertThat(source.train().file(4)).isEqualTo("train-0.parquet (row 4)");
        assertThat(source.train().file(5)).isEqualTo("train-1.parquet (row 0)");
    }

    @Test
    void readsASingleFileAsATrainingSplit() throws IOException {
        writeHub("all.parquet", 0, 12, CompressionCodecName.ZSTD);
        DatasetSource source = open(folder.resolve("all.parquet"));
        assertThat(source.train().size()).isEqualTo(12);
        assertThat(source.test()).isNull();
    }

    @Test
    void namesTheRowThatHasNoUsableLabel() throws IOException {
        ParquetFixture.write(
                folder.resolve("train.parquet"), HUB, Map.of(), CompressionCodecName.UNCOMPRESSED, 10, i -> {
                    SimpleGroup row = new SimpleGroup(HUB);
                    row.addGroup("image").add("bytes", Binary.fromConstantByteArray(picture(i)));
                    if (i != 7) {
                        row.add("label", i % 2L);
                    }
                    return row;
                });
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(BadDataException.class)
                .hasMessage("train.parquet (row 7): has no label (null in column 'label')");
    }

    @Test
    void refusesNegativeAndAbsurdLabels() throws IOException {
        for (long label : new long[] {-1, 1L << 20, Long.MAX_VALUE, Long.MIN_VALUE}) {
            Path file = folder.resolve("train.parquet");
            Files.deleteIfExists(file);
            ParquetFixture.write(file, HUB, Map.of(), CompressionCodecName.UNCOMPRESSED, 3, i -> {
                Group row = hubRow(i);
                SimpleGroup bad = new SimpleGroup(HUB);
                bad.add("image", row.getGroup("image", 0));
                bad.add("label", i == 2 ? label : i);
                return bad;
            });
            assertThatThrownBy(() -> open(folder))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageContaining("(row 2): has label");
        }
    }

    @Test
    void refusesOneClass() throws IOException {
        ParquetFixture.write(
                folder.resolve("train.parquet"),
                FLAT,
                Map.of(),
                CompressionCodecName.SNAPPY,
                5,
                i -> new SimpleGroup(FLAT)
                        .append("picture", Binary.fromConstantByteArray(picture(i)))
                        .append("kind", 3));
        assertThatThrownBy(() -> openFlat("picture", "kind")).hasMessageContaining("one class");
    }

    @Test
    void refusesWhatIsCutShortOrNoParquet() throws IOException {
        writeHub("train.parquet", 0, 30, CompressionCodecName.SNAPPY);
        Path file = folder.resolve("train.parquet");
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 3, 11, 12, 100, whole.length / 2, whole.length - 5, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> open(folder)).as("cut to %d", length).isInstanceOf(BadDataException.class);
        }
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        Files.write(file, noise);
        assertThatThrownBy(() -> open(folder)).isInstanceOf(BadDataException.class);
        Files.delete(file);
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("location: no training files found");
    }

    @Test
    void answersDamageAnywhereWithADeclaredErrorOrNotAtAll() throws IOException {
        writeHub("train.parquet", 0, 30, CompressionCodecName.SNAPPY);
        Path file = folder.resolve("train.parquet");
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(3);
        int refused = 0;
        for (int round = 0; round < 150; round++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
            Files.write(file, damaged);
            try (SampleReader reader = open(folder).train().open()) {
                RawSample sample;
                while ((sample = reader.next()) != null) {
                    sample.picture().decode();
                }
            } catch (BadDataException | InvalidRequestException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(20);
    }

    /** Decodes CIFAR-10 in the layout of the hub, where it lies beside the project. */
    @Test
    void readsCifar10() throws IOException {
        Path cifar = Path.of(System.getProperty("winnow.test.cifar10", "../shared/data/cifar10"));
        assumeThat(cifar)
                .as("CIFAR-10 as Parquet; -Dwinnow.test.cifar10 says where")
                .isDirectory();
        DatasetSource source = new ParquetFormat()
                .open(TestSources.at(cifar), Registrations.of("cifar-10", "parquet", cifar.toString()));
        assertThat(source.train().size()).isEqualTo(50_000);
        assertThat(source.test())
                .isNotNull()
                .satisfies(test -> assertThat(test.size()).isEqualTo(10_000));
        assertThat(source.classes()).hasSize(10);
        try (SampleReader reader = source.train().open()) {
            RawSample first = reader.next();
            assertThat(first).isNotNull();
            assertThat(first.picture().decode().shape()).isEqualTo(new SampleShape(3, 32, 32));
        }
    }
}
