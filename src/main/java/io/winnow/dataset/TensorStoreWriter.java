package io.winnow.dataset;

import io.winnow.surrogate.SampleShape;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Writes a tensor file under a temporary name and gives it its own only when it is complete and on the disk: whoever sees
 * the file sees all of it. Not safe for several threads.
 */
final class TensorStoreWriter implements Closeable {

    private static final int BUFFER_BYTES = 1 << 20;

    private final Path target;
    private final Path part;
    private final SampleShape shape;
    private final FileChannel channel;
    private final ByteBuffer buffer;
    private final SplitStatistics statistics;
    private int[] labels = new int[1024];
    private int size;

    TensorStoreWriter(Path target, SampleShape shape, int classes) throws IOException {
        this.target = target;
        this.part = target.resolveSibling(target.getFileName() + ".part");
        this.shape = shape;
        this.statistics = new SplitStatistics(shape, classes);
        this.channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        channel.position(TensorFile.HEADER_BYTES);
        this.buffer =
                ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES, shape.size())).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Appends one sample, [C, H, W], with its class. */
    void append(byte[] pixels, int label) throws IOException {
        if (pixels.length != shape.size()) {
            throw new IllegalArgumentException("a sample has %d bytes, not %d".formatted(pixels.length, shape.size()));
        }
        if (buffer.remaining() < pixels.length) {
            flush();
        }
        buffer.put(pixels);
        if (size == labels.length) {
            labels = Arrays.copyOf(labels, Math.multiplyExact(size, 2));
        }
        labels[size++] = label;
        statistics.add(pixels, label);
    }

    int size() {
        return size;
    }

    /** Completes the file and moves it to its name. */
    SplitStatistics finish() throws IOException {
        for (int i = 0; i < size; i++) {
            if (buffer.remaining() < Integer.BYTES) {
                flush();
            }
            buffer.putInt(labels[i]);
        }
        flush();
        byte[] sha256 = statistics.digest(labels, size);
        TensorFile file = new TensorFile(TensorFile.Element.UINT8, shape, statistics.classes(), size, sha256);
        ByteBuffer header = file.header();
        channel.position(0);
        while (header.hasRemaining()) {
            channel.write(header);
        }
        channel.force(true);
        channel.close();
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
        return statistics;
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Without a {@link #finish()} before, throws away what was written. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(part);
    }
}
