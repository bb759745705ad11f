package io.winnow.dataset;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.SampleShape;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes a tensor file under a temporary name and gives it its own only when it is complete and on the disk: whoever sees
 * the file sees all of it. What was written up to a {@link #force} can be gone on with by another writer, which goes through
 * it again with {@link #replay}. Not safe for several threads.
 */
final class TensorStoreWriter implements Closeable {

    private static final int BUFFER_BYTES = 1 << 20;

    private final PartFile file;
    private final SampleShape shape;
    private final Element element;
    private final SplitStatistics statistics;
    private final CRC32C crc = new CRC32C();
    private final byte[] replayed;
    private int[] labels = new int[1024];
    private int size;

    private TensorStoreWriter(PartFile file, SampleShape shape, Element element, int classes) {
        this.file = file;
        this.shape = shape;
        this.element = element;
        this.statistics = new SplitStatistics(shape, element, classes);
        this.replayed = new byte[sampleBytes(shape, element)];
    }

    static TensorStoreWriter create(Path target, SampleShape shape, Element element, int classes) throws IOException {
        PartFile file = PartFile.create(target, TensorFile.HEADER_BYTES, bufferBytes(shape, element));
        return new TensorStoreWriter(file, shape, element, classes);
    }

    /** Goes on with what another writer left. */
    static TensorStoreWriter reopen(Path target, SampleShape shape, Element element, int classes) throws IOException {
        PartFile file = PartFile.reopen(target, TensorFile.HEADER_BYTES, bufferBytes(shape, element));
        return new TensorStoreWriter(file, shape, element, classes);
    }

    private static int bufferBytes(SampleShape shape, Element element) {
        return Math.max(BUFFER_BYTES, sampleBytes(shape, element));
    }

    private static int sampleBytes(SampleShape shape, Element element) {
        return Math.multiplyExact(shape.size(), element.bytes());
    }

    /** Appends one sample, [C, H, W], with its class. */
    void append(byte[] values, int label) throws IOException {
        if (values.length != replayed.length) {
            throw new IllegalArgumentException(
                    "a sample has %d bytes, not %d".formatted(values.length, replayed.length));
        }
        file.room(values.length).put(values);
        count(values, label);
    }

    /** Takes the next sample of the reopened file as it lies there. */
    void replay(int label) throws IOException {
        file.read(ByteBuffer.wrap(replayed));
        count(replayed, label);
    }

    private void count(byte[] values, int label) {
        if (size == labels.length) {
            labels = Arrays.copyOf(labels, (int) Math.min(Integer.MAX_VALUE - 8, 2L * size));
        }
        labels[size++] = label;
        crc.update(values);
        statistics.add(values, label);
    }

    int size() {
        return size;
    }

    /** CRC-32C of the values so far. */
    long crc() {
        return crc.getValue();
    }

    /** Makes sure that what was appended so far outlives the process and the machine. */
    void force() throws IOException {
        file.force();
    }

    /** Completes the file and moves it to its name. */
    SplitStatistics finish() throws IOException {
        for (int i = 0; i < size; i++) {
            file.room(Integer.BYTES).putInt(labels[i]);
        }
        byte[] sha256 = statistics.digest(labels, size);
        file.complete(new TensorFile(element, shape, statistics.classes(), size, sha256).header());
        file.publish();
        return statistics;
    }

    /** Without a {@link #finish()} before, leaves what was written for another writer. */
    @Override
    public void close() throws IOException {
        file.leave();
    }
}
