package io.winnow.dataset;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A file in the making: written front to back under a temporary name behind a header that comes last, and given its own name
 * only when it is complete and on the disk. Whoever sees the file sees all of it. Little-endian; not safe for several threads.
 */
final class PartFile implements Closeable {

    private final Path target;
    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer;

    private PartFile(Path target, int headerBytes, int bufferBytes, Set<StandardOpenOption> options)
            throws IOException {
        this.target = target;
        this.path = partOf(target);
        this.channel = FileChannel.open(path, options);
        channel.position(headerBytes);
        this.buffer = ByteBuffer.allocateDirect(bufferBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @param bufferBytes the most that is asked for at once of {@link #room} */
    static PartFile create(Path target, int headerBytes, int bufferBytes) throws IOException {
        return new PartFile(
                target,
                headerBytes,
                bufferBytes,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    /** Goes on with a part that was left, or with the file that came of it, behind what is {@link #read} of it. */
    static PartFile reopen(Path target, int headerBytes, int bufferBytes) throws IOException {
        if (!Files.exists(partOf(target))) {
            Files.move(target, partOf(target), StandardCopyOption.ATOMIC_MOVE);
        }
        return new PartFile(
                target, headerBytes, bufferBytes, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private static Path partOf(Path target) {
        return target.resolveSibling(target.getFileName() + ".part");
    }

    /** Where the file lies while it is made. */
    Path path() {
        return path;
    }

    /** Reads what a part that was reopened has next, until anything is put. */
    void read(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new EOFException("a part ends early");
            }
        }
    }

    /** The buffer, with room for that many bytes to put. */
    ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    /** Makes sure that all that was put is on the disk. */
    void force() throws IOException {
        flush();
        channel.force(false);
    }

    /** Writes what is still in the buffer, and the header before all. Nothing can be put afterwards. */
    void complete(ByteBuffer header) throws IOException {
        flush();
        channel.truncate(channel.position());
        channel.position(0);
        while (header.hasRemaining()) {
            channel.write(header);
        }
    }

    /** Gives the complete file its name. */
    void publish() throws IOException {
        channel.force(true);
        channel.close();
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Leaves what is not published as it is, to be reopened. */
    void leave() throws IOException {
        channel.close();
    }

    /** Throws away what is not published. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
