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
 * A number for each sample of a set, in some order, to be read several times: order keys, or ranks. A few million lie in the
 * heap; more go to a temporary file that is read back through one buffer, so that a set of any size needs a fixed amount of
 * heap.
 */
final class IntSpool implements AutoCloseable {

    /** Numbers after which a long reading tells that it goes on. */
    private static final int STEP = 64 * CHUNK;

    private final Path directory;
    private final int heldChunks;
    private final Runnable step;
    private final List<int[]> held = new ArrayList<>();
    private @Nullable FileChannel file;
    private @Nullable ByteBuffer buffer;
    private long size;

    /**
     * @param directory where the temporary file may lie
     * @param heldChunks how many chunks may lie in the heap
     * @param step told when a reading from the begin begins, and whenever it went on by a few million
     */
    IntSpool(Path directory, int heldChunks, Runnable step) {
        this.directory = directory;
        this.heldChunks = heldChunks;
        this.step = step;
    }

    long size() {
        return size;
    }

    /**
     * @param chunk a full chunk, or the last one; kept, not copied
     */
    void append(int[] chunk) {
        size += chunk.length;
        if (file == null && held.size() < heldChunks) {
            held.add(chunk);
            return;
        }
        try {
            if (file == null) {
                file = open(directory);
                buffer = ByteBuffer.allocateDirect(CHUNK * Integer.BYTES);
                for (int[] earlier : held) {
                    write(file, earlier);
                }
                held.clear();
            }
            write(file, chunk);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the order of a score set in " + directory, e);
        }
    }

    /** Hands on all, chunk by chunk in their order. The array is reused. */
    void forEach(Reader reader) {
        int[] chunk = new int[CHUNK];
        for (long first = 0; first < size; first += CHUNK) {
            reader.chunk((int) first, chunk, read(first, chunk));
        }
    }

    /**
     * Reads from any place on.
     *
     * @return how many there were, at most as many as the target has room for
     */
    int read(long first, int[] target) {
        if (first % STEP == 0) {
            step.run();
        }
        int count = (int) Math.min(target.length, size - first);
        for (int read = 0; read < count; ) {
            int some = Math.min(count - read, CHUNK);
            if (file == null) {
                int[] chunk = held.get((int) ((first + read) / CHUNK));
                int from = (int) ((first + read) % CHUNK);
                some = Math.min(some, chunk.length - from);
                System.arraycopy(chunk, from, target, read, some);
            } else {
                read(file, (first + read) * Integer.BYTES, target, read, some);
            }
            read += some;
        }
        return count;
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

    private void write(FileChannel target, int[] chunk) throws IOException {
        buffer.clear();
        buffer.asIntBuffer().put(chunk);
        buffer.limit(chunk.length * Integer.BYTES);
        while (buffer.hasRemaining()) {
            target.write(buffer);
        }
    }

    private void read(FileChannel source, long position, int[] target, int from, int count) {
        buffer.clear().limit(count * Integer.BYTES);
        try {
            while (buffer.hasRemaining()) {
                if (source.read(buffer, position + buffer.position()) < 0) {
                    throw new IOException("the temporary file became shorter");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read back the order of a score set", e);
        }
        buffer.flip();
        buffer.asIntBuffer().get(target, from, count);
    }

    private static FileChannel open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path path = Files.createTempFile(directory, "ranking-", ".ints");
        return FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Receives a chunk. */
    @FunctionalInterface
    interface Reader {

        /**
         * @param first the place of {@code chunk[0]}; in sample order the sample that it belongs to
         */
        void chunk(int first, int[] chunk, int count);
    }
}
