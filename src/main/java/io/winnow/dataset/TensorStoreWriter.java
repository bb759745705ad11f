package io.winnow.dataset;

import io.winnow.surrogate.SampleShape;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes a tensor file under a temporary name and gives it its own only when it is complete and on the disk: whoever sees
 * the file sees all of it. Not safe for several threads.
 */
final class TensorStoreWriter implements Closeable {

    private static final int BUFFER_BYTES = 1 << 20;

    private final PartFile file;
    private final SampleShape shape;
    private final SplitStatistics statistics;
    private int[] labels = new int[1024];
    private int size;

    TensorStoreWriter(Path target, SampleShape shape, int classes) throws IOException {
        this.shape = shape;
        this.statistics = new SplitStatistics(shape, classes);
        this.file = new PartFile(target, TensorFile.HEADER_BYTES, Math.max(BUFFER_BYTES, shape.size()));
    }

    /** Appends one sample, [C, H, W], with its class. */
    void append(byte[] pixels, int label) throws IOException {
        if (pixels.length != shape.size()) {
            throw new IllegalArgumentException("a sample has %d bytes, not %d".formatted(pixels.length, shape.size()));
        }
        file.room(pixels.length).put(pixels);
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
            file.room(Integer.BYTES).putInt(labels[i]);
        }
        byte[] sha256 = statistics.digest(labels, size);
        file.complete(new TensorFile(TensorFile.Element.UINT8, shape, statistics.classes(), size, sha256).header());
        file.publish();
        return statistics;
    }

    /** Without a {@link #finish()} before, throws away what was written. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
