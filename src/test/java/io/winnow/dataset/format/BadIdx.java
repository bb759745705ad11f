package io.winnow.dataset.format;

import io.winnow.testing.IdxFixture;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Wrong files of IDX. */
final class BadIdx {

    private static final String IMAGES = "train-images-idx3-ubyte";
    private static final String LABELS = "train-labels-idx1-ubyte";

    private BadIdx() {}

    static List<BadInput> inputs() {
        return List.of(
                images("a header cut short", bytes -> Arrays.copyOf(bytes, 10), "cut short within its header"),
                images("pictures cut short", bytes -> Arrays.copyOf(bytes, bytes.length - 1), "but its header"),
                images("more than the header says", bytes -> Arrays.copyOf(bytes, bytes.length + 9), "but its header"),
                images("wrong magic", bytes -> put(bytes, 0, 0x89504E47), "is not an IDX file"),
                images("floats", bytes -> put(bytes, 0, 0xD03), "is not an IDX file of unsigned bytes"),
                images("four dimensions", bytes -> put(bytes, 0, 0x804), "has 4 dimensions"),
                images("absurd dimensions", bytes -> put(bytes, 8, Integer.MAX_VALUE), "absurd size"),
                images(
                        "dimensions that overflow",
                        bytes -> put(put(bytes, 4, Integer.MAX_VALUE), 8, 1 << 25),
                        "absurd size"),
                images("negative dimensions", bytes -> put(bytes, 4, -5), "absurd dimensions"),
                images("no sample", bytes -> put(bytes, 4, 0), "empty or has absurd dimensions"),
                labels("fewer labels", bytes -> IdxFixture.labelFile(new byte[19]), "holds 20 pictures, but"),
                labels("one class", bytes -> IdxFixture.labelFile(new byte[20]), "of one class"),
                BadInput.refused(
                        "idx",
                        "no labels",
                        folder -> {
                            whole(folder);
                            Files.delete(folder.resolve(LABELS));
                        },
                        "the training labels are missing"),
                BadInput.refused(
                        "idx",
                        "two files of pictures",
                        folder -> {
                            whole(folder);
                            Files.copy(folder.resolve(IMAGES), folder.resolve("a-" + IMAGES));
                        },
                        "several files hold training pictures"),
                BadInput.refused("idx", "nothing at all", folder -> {}, "no training files found"),
                zipped("gzip cut short", bytes -> Arrays.copyOf(bytes, bytes.length / 2), "cut short"),
                zipped("no gzip after its magic", bytes -> Arrays.copyOf(bytes, 3), "cut short"),
                zipped(
                        "damaged gzip",
                        bytes -> {
                            Arrays.fill(bytes, 20, 60, (byte) 0xFF);
                            return bytes;
                        },
                        ""),
                BadInput.refused(
                        "idx",
                        "a header that no gzip of that size can fill",
                        folder -> {
                            whole(folder);
                            byte[] bytes = put(put(Files.readAllBytes(folder.resolve(IMAGES)), 4, 1 << 30), 8, 1 << 12);
                            Files.delete(folder.resolve(IMAGES));
                            Files.write(folder.resolve(IMAGES + ".gz"), IdxFixture.gzip(bytes));
                        },
                        "too few to hold what its header"),
                BadInput.refused(
                        "idx",
                        "a decompression bomb",
                        folder -> {
                            whole(folder);
                            byte[] bytes = Arrays.copyOf(Files.readAllBytes(folder.resolve(IMAGES)), 64 << 20);
                            Files.delete(folder.resolve(IMAGES));
                            Files.write(folder.resolve(IMAGES + ".gz"), IdxFixture.gzip(bytes));
                        },
                        "goes on after the 20 items"),
                BadInput.refused(
                                "idx",
                                "fewer names than classes",
                                BadIdx::whole,
                                "names 2 classes, but labels go up to 3")
                        .with("\"classes\": [\"a\", \"b\"]"),
                BadInput.failed(
                                "idx",
                                "a label outside the classes, too often to skip",
                                BadIdx::whole,
                                3,
                                "has label 3")
                        .with("\"classes\": [\"a\", \"b\", \"c\"], \"onBadSample\": \"skip\", \"maxBadSamples\": 1")
                        .at(7),
                BadInput.refused("idx", "a word for skipping that is none", BadIdx::whole, "must be fail or skip")
                        .with("\"onBadSample\": \"perhaps\""),
                BadInput.refused("idx", "a limit without skipping", BadIdx::whole, "goes with")
                        .with("\"maxBadSamples\": 3"),
                new BadInput(
                        "idx",
                        "a file as the location",
                        folder -> {
                            whole(folder);
                            return IMAGES;
                        },
                        "",
                        BadInput.AT_ONCE,
                        "must be the directory"),
                new BadInput(
                        "idx",
                        "a location out of the roots",
                        folder -> "../../..",
                        "",
                        BadInput.AT_ONCE,
                        "must lie under"),
                new BadInput(
                        "idx",
                        "a location that is not there",
                        folder -> "nowhere",
                        "",
                        BadInput.AT_ONCE,
                        "does not exist"),
                new BadInput(
                        "idx",
                        "a link out of the roots",
                        folder -> {
                            Files.createSymbolicLink(folder.resolve("out"), Path.of("/"));
                            return "out";
                        },
                        "",
                        BadInput.AT_ONCE,
                        "leads out of the data roots"));
    }

    private static BadInput images(String what, UnaryOperator<byte[]> change, String message) {
        return changed(IMAGES, what, change, message);
    }

    private static BadInput labels(String what, UnaryOperator<byte[]> change, String message) {
        return changed(LABELS, what, change, message);
    }

    private static BadInput changed(String file, String what, UnaryOperator<byte[]> change, String message) {
        return BadInput.refused(
                "idx",
                what,
                folder -> {
                    whole(folder);
                    Files.write(folder.resolve(file), change.apply(Files.readAllBytes(folder.resolve(file))));
                },
                message);
    }

    private static BadInput zipped(String what, UnaryOperator<byte[]> change, String message) {
        return BadInput.refused(
                "idx",
                what,
                folder -> {
                    whole(folder);
                    byte[] gzip = IdxFixture.gzip(Files.readAllBytes(folder.resolve(IMAGES)));
                    Files.delete(folder.resolve(IMAGES));
                    Files.write(folder.resolve(IMAGES + ".gz"), change.apply(gzip));
                },
                message.isEmpty() ? IMAGES + ".gz" : message);
    }

    private static void whole(Path folder) throws java.io.IOException {
        IdxFixture.write(folder, 20, 10, 8, 4);
    }

    private static byte[] put(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putInt(at, value);
        return bytes;
    }
}
