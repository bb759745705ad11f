package io.winnow.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Writes small datasets in IDX: pictures whose brightness tells their class, so that they can be learned. */
public final class IdxFixture {

    private IdxFixture() {}

    /** Writes a training and a test split under the usual names. */
    public static Path write(Path folder, int train, int test, int side, int classes) throws IOException {
        Files.createDirectories(folder);
        writeSplit(folder, "train", train, side, classes, 1);
        writeSplit(folder, "t10k", test, side, classes, 2);
        return folder;
    }

    private static void writeSplit(Path folder, String name, int n, int side, int classes, long seed)
            throws IOException {
        byte[] labels = labels(n, classes);
        Files.write(
                folder.resolve(name + "-images-idx3-ubyte"),
                images(n, side, side, pixels(labels, side, classes, seed)));
        Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labelFile(labels));
    }

    /** Labels 0, 1, …, classes − 1, 0, 1, … */
    public static byte[] labels(int n, int classes) {
        byte[] labels = new byte[n];
        for (int i = 0; i < n; i++) {
            labels[i] = (byte) (i % classes);
        }
        return labels;
    }

    /** Noise around a brightness that depends on the class. */
    public static byte[] pixels(byte[] labels, int side, int classes, long seed) {
        Random random = new Random(seed);
        byte[] pixels = new byte[labels.length * side * side];
        for (int i = 0; i < pixels.length; i++) {
            int label = labels[i / (side * side)];
            pixels[i] = (byte) (200 * label / classes + random.nextInt(56));
        }
        return pixels;
    }

    public static byte[] images(int n, int height, int width, byte[] pixels) {
        return ByteBuffer.allocate(16 + pixels.length)
                .putInt(0x803)
                .putInt(n)
                .putInt(height)
                .putInt(width)
                .put(pixels)
                .array();
    }

    public static byte[] labelFile(byte[] labels) {
        return ByteBuffer.allocate(8 + labels.length)
                .putInt(0x801)
                .putInt(labels.length)
                .put(labels)
                .array();
    }

    public static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
