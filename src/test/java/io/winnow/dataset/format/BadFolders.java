package io.winnow.dataset.format;

import static io.winnow.dataset.format.BadInput.failed;
import static io.winnow.dataset.format.BadInput.refused;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.winnow.testing.PictureFixture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/** Wrong folders of pictures. */
final class BadFolders {

    private static final String FOLDERS = "image-folder";

    private BadFolders() {}

    static List<BadInput> inputs() {
        return List.of(
                picture(
                        "a picture cut short",
                        Arrays.copyOf(SourceFixture.png(5), 300),
                        "train/bee/05.png: is a damaged"),
                picture("a text", "no picture".getBytes(StandardCharsets.UTF_8), "train/bee/05.png: is no picture"),
                picture("no byte", new byte[0], "train/bee/05.png: is no picture"),
                picture("a picture of 50,000 by 50,000", hugePng(50_000, 50_000), "is a picture of 50000×50000 pixels"),
                picture("a picture of absurd size", hugePng(Integer.MAX_VALUE, Integer.MAX_VALUE), "train/bee/05.png"),
                picture("a huge BMP", hugeBmp(), "train/bee/05.png"),
                picture("a WebP cut short", "RIFF____WEBPVP8 ".getBytes(StandardCharsets.US_ASCII), "train/bee/05.png"),
                picture(
                        "a GIF cut short",
                        Arrays.copyOf("GIF89a".getBytes(StandardCharsets.US_ASCII), 13),
                        "train/bee/05.png"),
                picture(
                        "a picture of another size",
                        PictureFixture.encode(PictureFixture.noise(9, 7, BufferedImage.TYPE_INT_RGB, 1), "png"),
                        "is a picture of 3×7×9"),
                failed(
                        FOLDERS,
                        "colour after grey",
                        folder -> {
                            SourceFixture.folders(folder, "train");
                            Files.write(
                                    folder.resolve("train/ant/00.png"),
                                    PictureFixture.encode(
                                            PictureFixture.noise(32, 32, BufferedImage.TYPE_BYTE_GRAY, 1), "png"));
                        },
                        1,
                        "train/ant/01.png: is in colour, but the first picture is grey"),
                failed(
                        FOLDERS,
                        "a link out of the roots",
                        folder -> {
                            SourceFixture.folders(folder, "train");
                            Files.delete(folder.resolve("train/bee/05.png"));
                            Files.createSymbolicLink(folder.resolve("train/bee/05.png"), Path.of("/etc/hostname"));
                        },
                        5,
                        "leads out of the data roots"),
                failed(
                        FOLDERS,
                        "a picture that may not be read",
                        folder -> {
                            SourceFixture.folders(folder, "train");
                            Path file = folder.resolve("train/bee/05.png");
                            Files.setPosixFilePermissions(file, Set.of());
                            assumeThat(Files.isReadable(file))
                                    .as("root reads all")
                                    .isFalse();
                        },
                        5,
                        "train/bee/05.png cannot be read: permission denied"),
                refused(
                        FOLDERS,
                        "a first picture of 50,000 by 50,000",
                        folder -> {
                            SourceFixture.folders(folder, "train");
                            Files.write(folder.resolve("train/ant/00.png"), hugePng(50_000, 50_000));
                        },
                        "train/ant/00.png is a picture of 50000×50000 pixels"),
                refused(
                        FOLDERS,
                        "a folder of a class that is a link out",
                        folder -> {
                            SourceFixture.folders(folder, "train");
                            Files.createSymbolicLink(folder.resolve("train/dog"), Path.of("/etc"));
                        },
                        "leads out of the data roots"),
                refused(
                        FOLDERS,
                        "one class",
                        folder -> Files.write(
                                Files.createDirectories(folder.resolve("train/ant"))
                                        .resolve("0.png"),
                                SourceFixture.png(0)),
                        "at least two classes"),
                refused(
                        FOLDERS,
                        "classes without pictures",
                        folder -> {
                            Files.createDirectories(folder.resolve("train/ant"));
                            Files.createDirectories(folder.resolve("train/bee"));
                        },
                        "fewer than two classes have a picture"),
                refused(FOLDERS, "nothing at all", folder -> {}, "at least two classes"),
                refused(
                        FOLDERS,
                        "a class in the test split alone",
                        folder -> {
                            SourceFixture.folders(folder, "train");
                            Files.createDirectories(folder.resolve("test/dog"));
                        },
                        "a folder 'dog' that train has not"),
                refused(
                                FOLDERS,
                                "globs",
                                folder -> SourceFixture.folders(folder, "train"),
                                "is not taken by image-folder")
                        .with("\"files\": {\"train\": [\"*.png\"]}"),
                refused(
                                FOLDERS,
                                "an absurd size",
                                folder -> SourceFixture.folders(folder, "train"),
                                "must have a size from 1 to")
                        .with("\"resize\": {\"size\": 100000}"),
                refused(
                                FOLDERS,
                                "two channels",
                                folder -> SourceFixture.folders(folder, "train"),
                                "must be 1 (grey) or 3 (colour)")
                        .with("\"channels\": 2"),
                failed(
                        FOLDERS,
                        "a bad picture in the test split",
                        folder -> {
                            SourceFixture.folders(folder, "train");
                            SourceFixture.folders(folder, "test");
                            Files.write(folder.resolve("test/cow/09.png"), new byte[] {1, 2, 3});
                        },
                        9,
                        "in the test split: test/cow/09.png"),
                failed(
                                FOLDERS,
                                "more bad pictures than are skipped",
                                folder -> {
                                    SourceFixture.folders(folder, "train");
                                    for (int i : new int[] {0, 5, 7}) {
                                        Files.write(
                                                folder.resolve(
                                                        "train/%s/%02d.png".formatted(SourceFixture.NAMES[i / 4], i)),
                                                new byte[] {1});
                                    }
                                },
                                7,
                                "train/bee/07.png: is no picture")
                        .with("\"onBadSample\": \"skip\", \"maxBadSamples\": 2"));
    }

    private static BadInput picture(String what, byte[] content, String message) {
        return failed(
                FOLDERS,
                what,
                folder -> {
                    SourceFixture.folders(folder, "train");
                    Files.write(folder.resolve("train/bee/05.png"), content);
                },
                5,
                message);
    }

    /** A PNG that says how large it is and then ends, as a bomb begins. */
    private static byte[] hugePng(int width, int height) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataOutputStream png = new DataOutputStream(out)) {
            png.writeLong(0x89504E470D0A1A0AL);
            chunk(
                    png,
                    "IHDR",
                    ByteBuffer.allocate(13)
                            .putInt(width)
                            .putInt(height)
                            .put(new byte[] {8, 2, 0, 0, 0})
                            .array());
            chunk(png, "IDAT", new byte[] {0x78, 1, 3, 0, 0, 0, 0, 1});
            chunk(png, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void chunk(DataOutputStream png, String type, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(StandardCharsets.US_ASCII));
        crc.update(content);
        png.writeInt(content.length);
        png.writeBytes(type);
        png.write(content);
        png.writeInt((int) crc.getValue());
    }

    private static byte[] hugeBmp() {
        return ByteBuffer.allocate(54)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 'B')
                .put((byte) 'M')
                .putInt(54)
                .putInt(0)
                .putInt(54)
                .putInt(40)
                .putInt(60_000)
                .putInt(60_000)
                .putShort((short) 1)
                .putShort((short) 24)
                .array();
    }
}
