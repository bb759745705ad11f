package io.winnow.platform;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * What the directory at the end of a zip archive lists, counted a little of it at a time. A reader of zip archives makes objects of
 * all members before it shows the first, and 46 bytes are enough for a member: a small file could fill a heap. The directory is
 * looked for where {@link ZipFile} does, so that no archive shows it another one.
 *
 * @param members how many there are
 * @param empty how many of them have no content, by what the directory says
 * @param bytes of the directory
 * @param heap bytes that {@link #open} takes for what is listed, rather more than less
 */
public record ZipDirectory(long members, long empty, long bytes, long heap) {

    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_LENGTH = 46;
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_LENGTH = 56;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_LENGTH = 20;
    private static final int IN_EXTRA_FIELD = 0xFFFFFFFF;
    private static final int SIZES_64 = 1;

    /** No program writes a longer one, but for its name once more: each few bytes of it become objects, and are compared with all others. */
    private static final int LONGEST_EXTRA_FIELD = 1024;

    private static final long HEAP_BY_MEMBER = 700;

    /** Of a name or comment, as bytes and as characters. */
    private static final long HEAP_BY_CHARACTER = 2;

    private static final long HEAP_BY_EXTRA_BYTE = 24;

    /**
     * @param archive is left at any position
     * @param most members of interest: none is counted beyond the one after these
     * @throws ZipException when there is no directory, it is cut short, or an entry of it is as no program writes it
     */
    public static ZipDirectory of(SeekableByteChannel archive, long most) throws IOException {
        InputStream entries =
                new BufferedInputStream(Channels.newInputStream(archive.position(start(archive))), 1 << 16);
        ByteBuffer entry = littleEndian(ENTRY_LENGTH);
        long members = 0;
        long empty = 0;
        long bytes = 0;
        long heap = 0;
        try {
            while (members <= most
                    && entries.readNBytes(entry.array(), 0, ENTRY_LENGTH) == ENTRY_LENGTH
                    && entry.getInt(0) == ENTRY) {
                int name = Short.toUnsignedInt(entry.getShort(28));
                int extra = Short.toUnsignedInt(entry.getShort(30));
                int comment = Short.toUnsignedInt(entry.getShort(32));
                if (extra > LONGEST_EXTRA_FIELD) {
                    throw new ZipException("an extra field is longer than %d bytes".formatted(LONGEST_EXTRA_FIELD));
                }
                entries.skipNBytes(name);
                byte[] extraField = entries.readNBytes(extra);
                entries.skipNBytes(comment);
                members++;
                bytes += ENTRY_LENGTH + name + extra + comment;
                heap += HEAP_BY_MEMBER + (name + comment) * HEAP_BY_CHARACTER + extra * HEAP_BY_EXTRA_BYTE;
                if (size(entry.getInt(24), extraField) == 0) {
                    empty++;
                }
            }
        } catch (EOFException e) {
            throw new ZipException("the directory of the archive is cut short");
        }
        return new ZipDirectory(members, empty, bytes, heap);
    }

    /**
     * The archive's members by its directory alone, which was counted before. What stands before each member is read when the member
     * is: it has an extra field, too, and any number of entries may name the same place. Until then a member's place is not known.
     *
     * @param archive is closed with what is returned, and on failure is not
     */
    public static ZipFile open(SeekableByteChannel archive) throws IOException {
        return ZipFile.builder()
                .setSeekableByteChannel(archive)
                .setIgnoreLocalFileHeader(true)
                .get();
    }

    private static long size(int size, byte[] extraField) {
        if (size != IN_EXTRA_FIELD) {
            return Integer.toUnsignedLong(size);
        }
        ByteBuffer fields = ByteBuffer.wrap(extraField).order(ByteOrder.LITTLE_ENDIAN);
        while (fields.remaining() >= 4) {
            int id = Short.toUnsignedInt(fields.getShort());
            int length = Short.toUnsignedInt(fields.getShort());
            if (id == SIZES_64 && fields.remaining() >= Long.BYTES) {
                return fields.getLong();
            }
            fields.position(fields.position() + Math.min(length, fields.remaining()));
        }
        return Integer.toUnsignedLong(size);
    }

    private static long start(SeekableByteChannel archive) throws IOException {
        ByteBuffer tail =
                littleEndian((int) Math.min(archive.size(), LOCATOR_64_LENGTH + END_LENGTH + LONGEST_COMMENT));
        long from = archive.size() - tail.capacity();
        read(archive, from, tail);
        int least = Math.max(0, tail.capacity() - END_LENGTH - LONGEST_COMMENT);
        int end = tail.capacity() - END_LENGTH;
        while (end >= least && tail.getInt(end) != END) {
            end--;
        }
        if (end < least) {
            throw new ZipException("the archive has no directory");
        }
        int locator = end - LOCATOR_64_LENGTH;
        long start;
        if (from + end > LOCATOR_64_LENGTH && tail.getInt(locator) == LOCATOR_64) {
            start = start64(archive, tail.getLong(locator + 8));
        } else {
            long length = Integer.toUnsignedLong(tail.getInt(end + 12));
            long offset = Integer.toUnsignedLong(tail.getInt(end + 16));
            // What stands before an archive moves all of it.
            start = Math.max(offset, from + end - length);
        }
        if (start < 0 || start > archive.size()) {
            throw new ZipException("the archive has no directory");
        }
        return start;
    }

    private static long start64(SeekableByteChannel archive, long record) throws IOException {
        ByteBuffer end = littleEndian(END_64_LENGTH);
        if (record < 0 || record > archive.size() - END_64_LENGTH) {
            throw new ZipException("the archive has no directory");
        }
        read(archive, record, end);
        if (end.getInt(0) != END_64) {
            throw new ZipException("the archive has no directory");
        }
        return end.getLong(48);
    }

    private static void read(SeekableByteChannel archive, long from, ByteBuffer target) throws IOException {
        archive.position(from);
        while (target.hasRemaining()) {
            if (archive.read(target) < 0) {
                throw new ZipException("the archive is cut short");
            }
        }
    }

    private static ByteBuffer littleEndian(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
