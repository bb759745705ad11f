package io.winnow.dataset.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.TestSources;
import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.SampleShape;
import io.winnow.testing.IdxFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFormatTests {

    private static final int SIDE = 4;
    private static final int CLASSES = 3;

    @TempDir
    Path folder;

    Path images;
    Path labels;

    @BeforeEach
    void writeFiles() throws IOException {
        IdxFixture.write(folder, 10, 5, SIDE, CLASSES);
        images = folder.resolve("train-images-idx3-ubyte");
        labels = folder.resolve("train-labels-idx1-ubyte");
    }

    private DatasetSource open() throws IOException {
        return new IdxFormat().open(TestSources.at(folder), TestSources.registration("idx", folder));
    }

    private static void readAll(SplitSource split) throws IOException {
        try (SampleReader reader = split.open()) {
            RawSample sample;
            while ((sample = reader.next()) != null) {
                sample.picture().decode();
            }
        }
    }

    private void assertReadsTheTrainingSplit() throws IOException {
        DatasetSource source = open();
        assertThat(source.classes()).containsExactly("0", "1", "2");
        assertThat(source.train().size()).isEqualTo(10);
        assertThat(source.test())
                .isNotNull()
                .satisfies(test -> assertThat(test.size()).isEqualTo(5));
        byte[] expected = IdxFixture.pixels(IdxFixture.labels(10, CLASSES), SIDE, CLASSES, 1);
        try (SampleReader reader = source.train().open()) {
            for (int i = 0; i < 10; i++) {
                RawSample sample = reader.next();
                assertThat(sample).isNotNull();
                assertThat(sample.label()).isEqualTo(i % CLASSES);
                assertThat(sample.picture().decode().shape()).isEqualTo(new SampleShape(1, SIDE, SIDE));
                assertThat(sample.picture().decode().values())
                        .isEqualTo(Arrays.copyOfRange(expected, i * 16, i * 16 + 16));
            }
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void readsPlainFilesByTheirUsualNames() throws IOException {
        assertReadsTheTrainingSplit();
    }

    @Test
    void readsGzippedFiles() throws IOException {
        for (Path file : List.of(images, labels)) {
            Files.write(Path.of(file + ".gz"), IdxFixture.gzip(Files.readAllBytes(file)));
            Files.delete(file);
        }
        assertReadsTheTrainingSplit();
    }

    @Test
    void readsFilesUnderOtherNamesThatGlobsGive() throws IOException {
        Files.createDirectories(folder.resolve("sub"));
        Files.move(images, folder.resolve("sub/x.img"));
        Files.move(labels, folder.resolve("sub/x.lab"));
        DatasetSource source = new IdxFormat()
                .open(
                        TestSources.at(folder),
                        new DatasetRegistration(
                                "data",
                                "idx",
                                folder.toString(),
                                null,
                                new DatasetRegistration.Files(List.of("sub/x.*"), null),
                                null,
                                List.of("a", "b", "c", "d"),
                                null,
                                null,
                                null,
                                null));
        assertThat(source.train().size()).isEqualTo(10);
        assertThat(source.classes()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void doesWithoutATestSplit() throws IOException {
        Files.delete(folder.resolve("t10k-images-idx3-ubyte"));
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
        assertThat(open().test()).isNull();
    }

    @Test
    void refusesEveryTruncationOfAPlainFileAtOnce() throws IOException {
        for (Path file : List.of(images, labels)) {
            byte[] whole = Files.readAllBytes(file);
            for (int length = 0; length < whole.length; length++) {
                Files.write(file, Arrays.copyOf(whole, length));
                assertThatThrownBy(this::open)
                        .as("%s cut to %d bytes", file, length)
                        .isInstanceOf(BadDataException.class);
            }
            Files.write(file, whole);
        }
    }

    @Test
    void refusesEveryTruncationOfAGzippedFileAtOnce() throws IOException {
        for (Path file : List.of(images, labels)) {
            byte[] plain = Files.readAllBytes(file);
            byte[] whole = IdxFixture.gzip(plain);
            for (int length = 0; length < whole.length; length++) {
                Files.write(file, Arrays.copyOf(whole, length));
                assertThatThrownBy(this::open)
                        .as("%s cut to %d bytes", file, length)
                        .isInstanceOf(BadDataException.class);
            }
            Files.write(file, plain);
        }
    }

    @Test
    void refusesDamagedGzipData() throws IOException {
        byte[] gzipped = IdxFixture.gzip(Files.readAllBytes(images));
        gzipped[gzipped.length - 7] ^= 1;
        Files.write(images, gzipped);
        assertThatThrownBy(this::open).isInstanceOf(BadDataException.class).hasMessageContaining("damaged");
    }

    @Test
    void refusesATrailingByte() throws IOException {
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(this::open).isInstanceOf(BadDataException.class).hasMessageContaining("its header");
        Files.write(images, IdxFixture.gzip(Arrays.copyOf(whole, whole.length + 1)));
        assertThatThrownBy(this::open).isInstanceOf(BadDataException.class).hasMessageContaining("goes on after");
    }

    @Test
    void refusesPicturesAndLabelsOfDifferentNumber() throws IOException {
        Files.write(labels, IdxFixture.labelFile(IdxFixture.labels(9, CLASSES)));
        assertThatThrownBy(this::open)
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("10 pictures")
                .hasMessageContaining("9 labels");
    }

    @Test
    void refusesADatasetOfOneClass() throws IOException {
        Files.write(labels, IdxFixture.labelFile(new byte[10]));
        assertThatThrownBy(this::open).isInstanceOf(BadDataException.class).hasMessageContaining("one class");
    }

    @Test
    void refusesAbsurdDimensionsWithoutReadingFurther() throws IOException {
        int[][] absurd = {
            {0, 4, 4},
            {-1, 4, 4},
            {10, 0, 4},
            {10, 4, -4},
            {10, Integer.MAX_VALUE, Integer.MAX_VALUE},
            {Integer.MAX_VALUE, 1 << 13, 1 << 13},
            {Integer.MIN_VALUE, 4, 4}
        };
        for (int[] d : absurd) {
            byte[] header = ByteBuffer.allocate(176)
                    .putInt(0x803)
                    .putInt(d[0])
                    .putInt(d[1])
                    .putInt(d[2])
                    .array();
            for (byte[] content : List.of(header, IdxFixture.gzip(header))) {
                Files.write(images, content);
                assertThatThrownBy(this::open).as(Arrays.toString(d)).isInstanceOf(BadDataException.class);
            }
        }
    }

    @Test
    void refusesOtherTypesAndNumbersOfDimensions() throws IOException {
        for (int start : new int[] {0x00000D03, 0x00000802, 0x00000804, 0x00000800, 0x01000803, 0x504B0304}) {
            byte[] whole = Files.readAllBytes(images);
            ByteBuffer.wrap(whole).putInt(start);
            Files.write(images, whole);
            assertThatThrownBy(this::open).as("%08x", start).isInstanceOf(BadDataException.class);
        }
    }

    @Test
    void namesTheFieldWhenFilesAreMissing() throws IOException {
        Files.delete(labels);
        assertThatThrownBy(this::open)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("location: the training labels are missing");
        Files.delete(images);
        assertThatThrownBy(this::open)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("location: no training files found");
    }

    @Test
    void refusesFewerClassNamesThanLabels() {
        assertThatThrownBy(() -> new IdxFormat()
                        .open(
                                TestSources.at(folder),
                                new DatasetRegistration(
                                        "data",
                                        "idx",
                                        folder.toString(),
                                        null,
                                        null,
                                        null,
                                        List.of("a", "b"),
                                        null,
                                        null,
                                        null,
                                        null)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("classes: names 2 classes, but labels go up to 2");
    }

    @Test
    void noticesAFileThatIsCutShortAfterItWasOpened() throws IOException {
        DatasetSource source = open();
        Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 100));
        assertThatThrownBy(() -> readAll(source.train()))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("ends after item 5 of 10");
    }
}
