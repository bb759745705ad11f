package io.winnow.dataset.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetFormat;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.TestSources;
import io.winnow.dataset.format.SourceFixture.Member;
import io.winnow.dataset.format.SourceFixture.Sample;
import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.SampleShape;
import io.winnow.testing.PictureFixture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFormatsTests {

    @TempDir
    Path folder;

    private DatasetSource lay(String layout) throws IOException {
        return switch (layout) {
            case "cifar-10" -> {
                SourceFixture.cifar(folder, false);
                yield SourceFixture.open(new CifarBinaryFormat(), folder);
            }
            case "cifar-100" -> {
                SourceFixture.cifar(folder, true);
                yield SourceFixture.open(new CifarBinaryFormat(), folder);
            }
            case "npy NCHW", "npy NHWC" -> {
                SourceFixture.npy(folder, layout.endsWith("C"));
                yield SourceFixture.open(new NpyFormat(), folder);
            }
            case "image-folder" -> {
                SourceFixture.folders(folder, "train");
                SourceFixture.folders(folder, "val");
                yield SourceFixture.open(new ImageFolderFormat(), folder);
            }
            case "flat image-folder" -> {
                SourceFixture.folders(folder, ".");
                yield SourceFixture.open(new ImageFolderFormat(), folder);
            }
            default -> {
                SourceFixture.webDataset(folder);
                yield SourceFixture.open(new WebDatasetFormat(), folder);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cifar-10",
                "cifar-100",
                "npy NCHW",
                "npy NHWC",
                "image-folder",
                "flat image-folder",
                "webdataset"
            })
    void givesTheSameSamplesBitForBitInEveryLayout(String layout) throws IOException {
        DatasetSource source = lay(layout);
        assertThat(source.train().size()).isEqualTo(SourceFixture.SIZE);
        assertThat(source.classes()).hasSize(SourceFixture.CLASSES);
        List<Sample> samples = SourceFixture.read(source.train());
        assertThat(samples).hasSize(SourceFixture.SIZE);
        for (int i = 0; i < SourceFixture.SIZE; i++) {
            assertThat(samples.get(i).label()).isEqualTo(SourceFixture.label(i));
            assertThat(samples.get(i).shape()).isEqualTo(new SampleShape(3, 32, 32));
            assertThat(samples.get(i).values()).isEqualTo(PictureFixture.planes(SourceFixture.image(i)));
        }
    }

    @Test
    void takesTheNamesOfClassesFromFoldersAndFromCifarsOwnFile() throws IOException {
        assertThat(lay("image-folder").classes()).containsExactly("ant", "bee", "cow");
        assertThat(lay("cifar-10").classes()).containsExactly("ant", "bee", "cow");
        assertThat(SourceFixture.open(new ImageFolderFormat(), folder).test())
                .isNotNull()
                .satisfies(test -> assertThat(test.size()).isEqualTo(12));
    }

    @Test
    void takesThePathBelowTheLocationForAKey() throws IOException {
        DatasetSource source = lay("image-folder");
        assertThat(SourceFixture.read(source.train()))
                .extracting(Sample::key)
                .startsWith("train/ant/00.png", "train/ant/01.png")
                .endsWith("train/cow/11.png")
                .doesNotHaveDuplicates();
        assertThat(SourceFixture.read(source.test())).extracting(Sample::key).startsWith("val/ant/00.png");
        assertThat(source.train().file(4)).isEqualTo("train/bee/04.png");
        assertThat(source.train().file(11)).isEqualTo("train/cow/11.png");
    }

    @Test
    void takesTheCommonNameOfTheMembersOfAShardForAKey() throws IOException {
        DatasetSource source = lay("webdataset");
        assertThat(SourceFixture.read(source.train()))
                .extracting(Sample::key)
                .startsWith("s/0000", "s/0001")
                .endsWith("s/0011");
        assertThat(source.train().insistsOnKeys()).isTrue();
        assertThat(source.train().file(5)).isEqualTo("train-0000.tar (sample 5)");
        assertThat(source.train().file(6)).isEqualTo("train-0001.tar (sample 0)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cifar-10", "npy NCHW"})
    void givesNoKeysWhereOnlyThePositionNamesASample(String layout) throws IOException {
        assertThat(SourceFixture.read(lay(layout).train()))
                .extracting(Sample::key)
                .containsOnlyNulls();
    }

    /** Values by the formula of tools/golden/arrays.py, which wrote the file by NumPy. */
    @Test
    void readsAnArchiveThatNumPyCompressed() throws IOException {
        Path archive = Path.of("src/test/resources/golden/arrays.npz").toAbsolutePath();
        DatasetSource source = SourceFixture.open(new NpyFormat(), archive.getParent(), archive);
        List<Sample> train = SourceFixture.read(source.train());
        assertThat(train).extracting(Sample::label).containsExactly(0, 1, 0, 1, 0, 1);
        assertThat(source.test()).isNotNull();
        List<Sample> test = SourceFixture.read(source.test());
        assertThat(test).extracting(Sample::label).containsExactly(1, 0);
        for (int n = 0; n < 6; n++) {
            assertThat(train.get(n).shape()).isEqualTo(new SampleShape(3, 2, 4));
            for (int at = 0; at < 24; at++) {
                int expected = (n * 50 + at / 8 * 20 + at % 8 / 4 * 7 + at % 4) % 256;
                assertThat(train.get(n).values()[at] & 0xFF).isEqualTo(expected);
            }
        }
        assertThat(test.get(1).values()).isEqualTo(train.get(1).values());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            |u1 ; 4, 2, 2    ; 16 ; <f4 ; 4, ; 16 ; labels are integers
            |u1 ; 4, 2, 2    ; 16 ; <i8 ; 3, ; 24 ; 4 samples, but
            |u1 ; 4, 2, 2    ; 16 ; <i8 ; 4, 2 ; 64 ; labels are integers [N]
            |u1 ; 4, 2, 2    ; 16 ; <i1 ; 4, ; 4  ; all training samples are of one class
            |u1 ; 4, 2, 2    ; 15 ; |u1 ; 4, ; 4  ; needs
            |u1 ; 4, 2, 2    ; 17 ; |u1 ; 4, ; 4  ; needs
            |u1 ; 4, 4       ; 16 ; |u1 ; 4, ; 4  ; features must be float32
            |u1 ; 4, 2, 2, 2 ; 32 ; |u1 ; 4, ; 4  ; no side is 1 or 3 channels
            |u1 ; 0, 2, 2    ; 0  ; |u1 ; 0, ; 0  ; holds 0 samples
            |u1 ; 4, 0, 2    ; 0  ; |u1 ; 4, ; 4  ; absurd size
            |u1 ; 1073741825, 4 ; 64 ; |u1 ; 4, ; 4 ; needs
            |u1 ; 9223372036854775807, 9223372036854775807, 3 ; 4 ; |u1 ; 4, ; 4 ; absurd shape
            |u1 ; 99999999999999999999, 2, 2 ; 4 ; |u1 ; 4, ; 4 ; absurd shape
            <f4 ; 4, 2, 2    ; 64 ; |u1 ; 4, ; 4  ; features are [N, D]
            <i2 ; 4, 2, 2    ; 32 ; |u1 ; 4, ; 4  ; must be uint8
            |O  ; 4, 2, 2    ; 16 ; |u1 ; 4, ; 4  ; no plain numeric dtype
            """)
    void refusesArraysThatAreNotPicturesAndLabels(
            String descr, String shape, int bytes, String labelDescr, String labelShape, int labelBytes, String message)
            throws IOException {
        Files.write(folder.resolve("x_train.npy"), SourceFixture.npy(descr, shape, new byte[bytes]));
        Files.write(folder.resolve("y_train.npy"), SourceFixture.npy(labelDescr, labelShape, new byte[labelBytes]));
        refuses(new NpyFormat(), message);
    }

    @Test
    void refusesFortranOrderWrongMagicAndEveryTruncation() throws IOException {
        SourceFixture.npy(folder, false);
        Path file = folder.resolve("y_train.npy");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SourceFixture.open(new NpyFormat(), folder))
                    .as("cut to %d", length)
                    .isInstanceOf(BadDataException.class);
        }
        Files.writeString(file, "PK\3\4 not an array at all");
        refuses(new NpyFormat(), "not a .npy array");
        String fortran = new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1)
                .replace("'fortran_order': False", "'fortran_order': True ");
        Files.writeString(file, fortran, java.nio.charset.StandardCharsets.ISO_8859_1);
        refuses(new NpyFormat(), "Fortran order");
        Files.delete(file);
        refuses(new NpyFormat(), "labels that are missing");
    }

    @Test
    void refusesAnArchiveThatIsNoneOrDamaged() throws IOException {
        Path archive = folder.resolve("data.npz");
        Files.writeString(archive, "not a zip archive");
        refuses(new NpyFormat(), "not a readable .npz");
        byte[] whole = Files.readAllBytes(Path.of("src/test/resources/golden/arrays.npz"));
        Random random = new Random(4);
        int refused = 0;
        for (int round = 0; round < 200; round++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
            Files.write(archive, damaged);
            try {
                DatasetSource source = SourceFixture.open(new NpyFormat(), folder);
                SourceFixture.read(source.train());
            } catch (BadDataException | InvalidRequestException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void refusesCifarFilesOfTheWrongLength() throws IOException {
        SourceFixture.cifar(folder, false);
        Path file = folder.resolve("data_batch_2.bin");
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 3072, 3074, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SourceFixture.open(new CifarBinaryFormat(), folder))
                    .as("cut to %d", length)
                    .isInstanceOf(BadDataException.class);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        refuses(new CifarBinaryFormat(), "no multiple of 3073");
        for (String name : List.of("data_batch_1.bin", "data_batch_2.bin")) {
            Files.write(folder.resolve(name), new byte[3073]);
        }
        refuses(new CifarBinaryFormat(), "one class");
    }

    @Test
    void namesTheFileOfAPictureThatCannotBeDecoded() throws IOException {
        SourceFixture.folders(folder, "train");
        Path bad = folder.resolve("train/bee/05.png");
        Files.write(bad, Arrays.copyOf(Files.readAllBytes(bad), 300));
        DatasetSource source = SourceFixture.open(new ImageFolderFormat(), folder);
        assertThatThrownBy(() -> SourceFixture.read(source.train()))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith("is a damaged");
        assertThat(source.train().file(5)).isEqualTo("train/bee/05.png");
    }

    @Test
    void doesNotReadAPictureThroughALinkOutOfTheRoot() throws IOException {
        Path root = Files.createDirectories(folder.resolve("root"));
        SourceFixture.folders(root, "train");
        Files.write(folder.resolve("secret.png"), SourceFixture.png(1));
        Files.createSymbolicLink(root.resolve("train/ant/zz.png"), folder.resolve("secret.png"));
        DatasetSource source = SourceFixture.open(new ImageFolderFormat(), root);
        assertThatThrownBy(() -> SourceFixture.read(source.train())).hasMessageContaining("symbolic link leads out");
        Files.createDirectories(folder.resolve("outside"));
        Files.createSymbolicLink(root.resolve("train/dog"), folder.resolve("outside"));
        refuses(new ImageFolderFormat(), root, "symbolic link leads out");
    }

    @Test
    void refusesFoldersThatAreNoDataset() throws IOException {
        refuses(new ImageFolderFormat(), "at least two classes");
        Files.createDirectories(folder.resolve("train/ant"));
        Files.createDirectories(folder.resolve("train/bee"));
        refuses(new ImageFolderFormat(), "fewer than two classes have a picture");
        SourceFixture.folders(folder, "train");
        Files.createDirectories(folder.resolve("test/newt"));
        refuses(new ImageFolderFormat(), "a folder 'newt' that train has not");
    }

    @Test
    void bringsPicturesOfDifferentSizesToOne() throws IOException {
        SourceFixture.folders(folder, "train");
        Files.write(
                folder.resolve("train/cow/wide.png"),
                PictureFixture.encode(PictureFixture.noise(50, 40, BufferedImage.TYPE_INT_RGB, 99), "png"));
        DatasetSource resized = new ImageFolderFormat()
                .open(
                        TestSources.at(folder),
                        new DatasetRegistration(
                                "data",
                                "image-folder",
                                folder.toString(),
                                null,
                                null,
                                null,
                                null,
                                null,
                                new DatasetRegistration.Resize(16, null),
                                null,
                                null));
        assertThat(SourceFixture.read(resized.train()))
                .hasSize(13)
                .allMatch(sample -> sample.shape().equals(new SampleShape(3, 16, 16)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a.png b.png                | sample 'a' has no label
            a.cls                      | sample 'a' has no picture
            a.png a.jpg a.cls          | two pictures
            a.png a.cls a.png a.cls    | occurs twice in a row
            a.png a.cls=x              | a label that is no integer
            a.png a.cls=1.5            | a label that is no integer
            a.png a.cls=-1             | has label -1
            a.png a.cls=1048576        | has label 1048576
            a.png a.cls=99999999999999999999 | a label that is no integer
            a.png a.json={             | a label that is no integer
            a.png a.json={"label":"cat"} | a label that is no integer
            a.png a.json={"x":1}       | has no label
            a.png a.cls=0 b.png b.cls=0 | one class
            a.png=x a.cls=0 b.png b.cls=1 | is no picture
            """)
    void refusesShardsWithUnusableSamples(String members, String message) throws IOException {
        SourceFixture.tar(
                folder.resolve("train.tar"),
                Arrays.stream(members.split(" "))
                        .map(text -> text.split("=", 2))
                        .map(parts -> new Member(
                                parts[0],
                                parts.length > 1
                                        ? parts[1].getBytes()
                                        : parts[0].endsWith(".cls") ? "1".getBytes() : SourceFixture.png(1)))
                        .toList());
        refuses(new WebDatasetFormat(), message);
    }

    /** Where the members of the first sample end, which is where a whole file could end. */
    private static int endOfFirst(byte[] tar) {
        int at = 0;
        while (tar[at + 5] == '6' || tar[at] != 's') {
            at += 512;
        }
        return at;
    }

    @Test
    void refusesShardsThatAreCutShortOrHoldLinks() throws IOException {
        SourceFixture.webDataset(folder);
        Path shard = folder.resolve("train-0001.tar");
        byte[] whole = Files.readAllBytes(shard);
        for (int length : new int[] {100, 512, 700, 3000, whole.length / 1024 * 512, endOfFirst(whole)}) {
            Files.write(shard, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SourceFixture.open(new WebDatasetFormat(), folder))
                    .as("cut to %d", length)
                    .isInstanceOf(BadDataException.class);
        }
        byte[] linked = whole.clone();
        linked[156] = '2';
        Files.write(shard, linked);
        assertThatThrownBy(() -> SourceFixture.open(new WebDatasetFormat(), folder))
                .isInstanceOf(BadDataException.class);
    }

    private void refuses(DatasetFormat format, String message) {
        refuses(format, folder, message);
    }

    private static void refuses(DatasetFormat format, Path location, String message) {
        assertThatThrownBy(() -> SourceFixture.open(format, location))
                .isInstanceOfAny(BadDataException.class, InvalidRequestException.class)
                .hasMessageContaining(message);
    }
}
