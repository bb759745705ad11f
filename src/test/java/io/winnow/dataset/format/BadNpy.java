package io.winnow.dataset.format;

import static io.winnow.dataset.format.BadInput.failed;
import static io.winnow.dataset.format.BadInput.refused;

import io.winnow.testing.RawZip;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Wrong NumPy arrays. */
final class BadNpy {

    private static final String NPY = "npy";
    private static final byte[] LABELS = SourceFixture.npy("|u1", "4,", new byte[] {0, 1, 0, 1});
    private static final byte[] PICTURES = SourceFixture.npy("|u1", "4, 2, 2", new byte[16]);

    private BadNpy() {}

    static List<BadInput> inputs() {
        return List.of(
                pictures("wrong magic", bytes -> filled(bytes, 0, 6), "is not a .npy array"),
                pictures("a header cut short", bytes -> Arrays.copyOf(bytes, 40), "cut short within its header"),
                pictures("no byte", bytes -> new byte[0], "cut short within its header"),
                pictures("values cut short", bytes -> Arrays.copyOf(bytes, bytes.length - 1), "needs"),
                pictures(
                        "a header of two gigabytes",
                        bytes -> {
                            bytes[6] = 2;
                            bytes[11] = 0x7F;
                            return bytes;
                        },
                        "has an absurd header"),
                array("objects", "|O", "4, 2, 2", 16, "no plain numeric dtype"),
                array("a shape that overflows", "|u1", "4294967296, 4294967296, 4294967296", 16, "absurd shape"),
                array("a shape beyond the file", "|u1", "4, 100000, 100000", 16, "needs"),
                array("integers of two bytes", "<i2", "4, 2, 2", 32, "pictures must be uint8"),
                array("no channels", "|u1", "4, 2, 2, 2", 32, "no side is 1 or 3 channels"),
                array("floats in three dimensions", "<f4", "4, 2, 2", 64, "features are [N, D]"),
                array("float16 features", "<f2", "4, 3", 24, "features must be float32 or float64"),
                array("uint8 features", "|u1", "4, 3", 12, "features must be float32 or float64"),
                array("features without any", "<f4", "4, 0", 0, "absurd size"),
                array("more samples than labels", "|u1", "5, 2, 2", 20, "holds 5 samples, but"),
                pictures(
                        "Fortran order",
                        bytes -> {
                            byte[] text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                                    .replace("False", "True ")
                                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
                            return text;
                        },
                        "Fortran order"),
                labels("labels that are words", "<U3", "4,", new byte[48], "y_train.npy has no plain numeric dtype"),
                labels("labels that are floats", "<f4", "4,", new byte[16], "labels are integers"),
                labels("a negative label", "|i1", "4,", new byte[] {0, 1, -1, 1}, "sample 2 has label -1"),
                labels("an absurd label", "<i8", "4,", longs(0, 1, 0, 1L << 40), "sample 3 has label 1099511627776"),
                refused(NPY, "no labels", folder -> write(folder, PICTURES, null), "labels that are missing"),
                refused(NPY, "nothing at all", folder -> {}, "no training arrays found"),
                features("a feature that is no number", "<f4", floats(Float.NaN), "feature 1 is NaN"),
                features("an infinite feature", "<f4", floats(Float.NEGATIVE_INFINITY), "feature 1 is -Infinity"),
                features("a feature beyond float32", "<f8", doubles(1e300), "feature 1 is Infinity"),
                refused(NPY, "features that shall be resized", BadNpy::someFeatures, "is for pictures")
                        .with("\"resize\": {\"size\": 8}"),
                refused(
                        NPY,
                        "other features in the test split",
                        folder -> {
                            someFeatures(folder);
                            Files.write(folder.resolve("x_test.npy"), SourceFixture.npy("<f4", "4, 3", new byte[48]));
                            Files.write(folder.resolve("y_test.npy"), LABELS);
                        },
                        "the test samples are of"),
                refused(
                        NPY,
                        "an archive that is none",
                        folder -> Files.write(folder.resolve("a.npz"), new byte[100]),
                        "not a readable .npz"),
                refused(
                        NPY,
                        "an archive cut short",
                        folder -> {
                            byte[] zip = zip(Map.of("x_train.npy", PICTURES, "y_train.npy", LABELS));
                            Files.write(folder.resolve("a.npz"), Arrays.copyOf(zip, zip.length - 30));
                        },
                        "not a readable .npz"),
                refused(
                        NPY,
                        "members with paths that lead out",
                        folder -> Files.write(
                                folder.resolve("a.npz"),
                                zip(Map.of("../../x_train.npy", PICTURES, "/y_train.npy", LABELS))),
                        "no training arrays found"),
                refused(
                        NPY,
                        "an archive whose member announces what it has not",
                        folder -> Files.write(
                                folder.resolve("a.npz"),
                                zip(Map.of(
                                        "x_train.npy",
                                        SourceFixture.npy("|u1", "1000000000, 100, 100", new byte[16]),
                                        "y_train.npy",
                                        LABELS))),
                        "needs"),
                refused(
                        NPY,
                        "an archive of more members than arrays can be",
                        folder -> {
                            RawZip zip = new RawZip();
                            for (int i = 0; i <= 1000; i++) {
                                zip.add(new RawZip.Entry(i + ".txt", new byte[0]));
                            }
                            Files.write(folder.resolve("a.npz"), zip.done());
                        },
                        "more than 1000 members"),
                refused(
                        NPY,
                        "an archive with names of many kilobytes",
                        folder -> {
                            RawZip zip = new RawZip();
                            for (int i = 0; i < 100; i++) {
                                zip.add(new RawZip.Entry("n".repeat(20_000) + i, new byte[0]));
                            }
                            Files.write(folder.resolve("a.npz"), zip.done());
                        },
                        "a directory of more than 1048576 bytes"),
                refused(
                        NPY,
                        "two archives",
                        folder -> {
                            Files.write(folder.resolve("a.npz"), zip(Map.of("x_train.npy", PICTURES)));
                            Files.write(folder.resolve("b.npz"), zip(Map.of("y_train.npy", LABELS)));
                        },
                        "several .npz archives"));
    }

    private static BadInput pictures(String what, UnaryOperator<byte[]> change, String message) {
        return refused(NPY, what, folder -> write(folder, change.apply(PICTURES.clone()), LABELS), message);
    }

    private static BadInput array(String what, String descr, String shape, int bytes, String message) {
        return refused(
                NPY, what, folder -> write(folder, SourceFixture.npy(descr, shape, new byte[bytes]), LABELS), message);
    }

    private static BadInput labels(String what, String descr, String shape, byte[] values, String message) {
        return refused(NPY, what, folder -> write(folder, PICTURES, SourceFixture.npy(descr, shape, values)), message);
    }

    private static BadInput features(String what, String descr, byte[] values, String message) {
        return failed(
                NPY,
                what,
                folder -> write(folder, SourceFixture.npy(descr, "4, 2", values), LABELS),
                2,
                "x_train.npy: " + message);
    }

    private static void someFeatures(Path folder) throws IOException {
        write(folder, SourceFixture.npy("<f4", "4, 2", floats(1)), LABELS);
    }

    private static void write(Path folder, byte[] samples, byte[] labels) throws IOException {
        Files.write(folder.resolve("x_train.npy"), samples);
        if (labels != null) {
            Files.write(folder.resolve("y_train.npy"), labels);
        }
    }

    private static byte[] filled(byte[] bytes, int from, int to) {
        Arrays.fill(bytes, from, to, (byte) 'x');
        return bytes;
    }

    /** [4, 2] of which the second of sample 2 is this. */
    private static byte[] floats(float odd) {
        ByteBuffer values = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        return values.putFloat(20, odd).array();
    }

    private static byte[] doubles(double odd) {
        ByteBuffer values = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        return values.putDouble(40, odd).array();
    }

    private static byte[] longs(long... labels) {
        ByteBuffer values = ByteBuffer.allocate(8 * labels.length).order(ByteOrder.LITTLE_ENDIAN);
        values.asLongBuffer().put(labels);
        return values.array();
    }

    private static byte[] zip(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                zip.putNextEntry(new ZipEntry(member.getKey()));
                zip.write(member.getValue());
            }
        }
        return out.toByteArray();
    }
}
