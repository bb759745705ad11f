package io.winnow.scoring.store;

import static io.winnow.scoring.ScoreStore.CHUNK;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order keys of all scores of a set, in sample order, to be read several times. A few million lie in the heap; more go to
 * a temporary file that is read back through one buffer, so that a set of any size needs a fixed amount of heap.
 */
final class OrderKeys implements AutoCloseable {

    private final Path directory;
    private final int heldChunks;
    private final List<int[]> held = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK * Integer.BYTES);
    private @Nullable FileChannel file;
    private long size;

    /**
     * @param directory where the temporary file may lie
     * @param heldChunks how many chunks may lie in the heap
     */
    OrderKeys(Path directory, int heldChunks) {
        this.directory = directory;
        this.heldChunks = heldChunks;
    }

    long size() {
        return size;
    }

    /**
     * @param keys a full chunk, or the last one; kept, not copied
     */
    void append(int[] keys) {
        size += keys.length;
        if (file == null && held.size() < heldChunks) {
            held.add(keys);
            return;
        }
        try {
            if (file == null) {
                file = open(directory);
                for (int[] chunk : held) {
                    write(file, chunk);
                }
                held.clear();
            }
            write(file, keys);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the keys of a score set in " + directory, e);
        }
    }

    /** Hands on all keys, chunk by chunk in sample order. The array is reused. */
    void forEach(Reader reader) {
        if (file == null) {
            int first = 0;
            for (int[] chunk : held) {
                reader.chunk(first, chunk, chunk.length);
                first += chunk.length;
            }
            return;
        }
        try {
            int[] keys = new int[CHUNK];
            for (long first = 0; first < size; first += CHUNK) {
                int count = (int) Math.min(CHUNK, size - first);
                read(file, first * Integer.BYTES, count, keys);
                reader.chunk((int) first, keys, count);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read back the keys of a score set", e);
        }
    }

    @Override
    public void close() {
        held.clear();
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void write(FileChannel target, int[] keys) throws IOException {
        buffer.clear();
        buffer.asIntBuffer().put(keys);
        buffer.limit(keys.length * Integer.BYTES);
        while (buffer.hasRemaining()) {
            target.write(buffer);
        }
    }

    private void read(FileChannel source, long position, int count, int[] keys) throws IOException {
        buffer.clear().limit(count * Integer.BYTES);
        while (buffer.hasRemaining()) {
            if (source.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the temporary file became shorter");
            }
        }
        buffer.flip();
        buffer.asIntBuffer().get(keys, 0, count);
    }

    private static FileChannel open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path path = Files.createTempFile(directory, "ranking-", ".keys");
        return FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Receives a chunk of keys. */
    @FunctionalInterface
    interface Reader {

        /**
         * @param first the sample that {@code keys[0]} belongs to
         */
        void chunk(int first, int[] keys, int count);
    }
}
