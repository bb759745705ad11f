package io.winnow.job.checkpoint;

import io.winnow.scoring.Checkpoints.Content;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * One file that is there whole or not at all, and that tells when a byte of it has changed: the content, then 20 bytes with a
 * marker, the content's length and the CRC-32C of all that is before it, big-endian.
 */
final class CheckpointFile {

    static final String UNFINISHED = ".tmp";

    private static final long MARKER = 0x57434B5054303031L; // WCKPT001
    private static final int TRAILER_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES;
    private static final int BUFFER = 1 << 16;

    private CheckpointFile() {}

    /** Writes under a temporary name and gives the file its own once it is on the disk. What cannot be written leaves nothing. */
    static void write(Path target, Content content) throws IOException {
        Files.createDirectories(target.getParent());
        Path unfinished = target.resolveSibling(target.getFileName() + UNFINISHED);
        try {
            try (FileChannel channel = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                write(channel, content);
                channel.force(true);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static void write(FileChannel channel, Content content) throws IOException {
        CRC32C crc = new CRC32C();
        CheckedOutputStream checked = new CheckedOutputStream(Channels.newOutputStream(channel), crc);
        OutputStream blocks = new BufferedOutputStream(checked, BUFFER);
        content.write(blocks);
        blocks.flush();
        DataOutputStream trailer = new DataOutputStream(checked);
        long length = channel.position();
        trailer.writeLong(MARKER);
        trailer.writeLong(length);
        trailer.writeInt((int) crc.getValue());
    }

    /**
     * The content, checked to its last byte before the first is handed out.
     *
     * @throws DamagedFileException when the file is not as it was written
     */
    static InputStream open(Path file) throws IOException {
        long length;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            length = check(channel);
        }
        return new Limited(new BufferedInputStream(Files.newInputStream(file), BUFFER), length);
    }

    private static long check(FileChannel channel) throws IOException {
        long length = channel.size() - TRAILER_BYTES;
        if (length < 0) {
            throw new DamagedFileException("the file is cut short");
        }
        CRC32C crc = new CRC32C();
        ByteBuffer block = ByteBuffer.allocateDirect(BUFFER);
        long checked = length + TRAILER_BYTES - Integer.BYTES;
        for (long left = checked; left > 0; ) {
            block.clear().limit((int) Math.min(BUFFER, left));
            if (channel.read(block) < 0) {
                throw new DamagedFileException("the file is cut short");
            }
            left -= block.flip().remaining();
            crc.update(block);
        }
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES);
        while (trailer.hasRemaining()) {
            if (channel.read(trailer, length + trailer.position()) < 0) {
                throw new DamagedFileException("the file is cut short");
            }
        }
        trailer.flip();
        if (trailer.getLong() != MARKER || trailer.getLong() != length || trailer.getInt() != (int) crc.getValue()) {
            throw new DamagedFileException("the file is not as it was written");
        }
        return length;
    }

    /** Ends where the content does. */
    private static final class Limited extends InputStream {

        private final InputStream in;
        private long left;

        Limited(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            int one = left > 0 ? in.read() : -1;
            left -= one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length > 0 && left == 0) {
                return -1;
            }
            int read = in.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
