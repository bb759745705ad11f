package io.winnow.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file in the making: written front to back under a temporary name behind a header that comes last, and given its own name
 * only when it is complete and on the disk. Whoever sees the file sees all of it. Little-endian; not safe for several threads.
 */
final class PartFile implements Closeable {

    private final Path target;
    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer;

    /** @param bufferBytes the most that is asked for at once of {@link #room} */
    PartFile(Path target, int headerBytes, int bufferBytes) throws IOException {
        this.target = target;
        this.path = target.resolveSibling(target.getFileName() + ".part");
        this.channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        channel.position(headerBytes);
        this.buffer = ByteBuffer.allocateDirect(bufferBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the file lies while it is made. */
    Path path() {
        return path;
    }

    /** The buffer, with room for that many bytes to put. */
    ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    /** Writes what is still in the buffer, and the header before all. Nothing can be put afterwards. */
    void complete(ByteBuffer header) throws IOException {
        flush();
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

    /** Throws away what is not published. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
