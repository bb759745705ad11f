package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The members of a zip archive, as its directory at the end lists them. */
final class ZipMembers {

    private static final int KIND = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;

    /** The least bytes of an entry in the directory, and of the header before a member. */
    private static final int LEAST_ENTRY = 46;

    private static final int LEAST_HEADER = 30;

    private ZipMembers() {}

    static void take(Path archive, Intake intake) throws IOException {
        refuseTooMany(archive, intake);
        try (ZipFile zip = open(archive)) {
            checkAll(zip, intake);
            for (Enumeration<ZipArchiveEntry> all = zip.getEntriesInPhysicalOrder(); all.hasMoreElements(); ) {
                take(zip, all.nextElement(), intake);
            }
        }
    }

    private static ZipFile open(Path archive) throws BadDataException {
        try {
            return ZipFile.builder().setPath(archive).get();
        } catch (IOException | RuntimeException e) {
            throw damaged();
        }
    }

    /** What can be seen without unpacking anything. */
    private static void checkAll(ZipFile zip, Intake intake) throws BadDataException {
        Set<String> names = new HashSet<>();
        long declared = 0;
        long end = 0;
        try {
            for (Enumeration<ZipArchiveEntry> all = zip.getEntriesInPhysicalOrder(); all.hasMoreElements(); ) {
                ZipArchiveEntry entry = all.nextElement();
                check(entry);
                if (!names.add(entry.getName())) {
                    throw EntryName.bad(entry.getName(), "is there twice");
                }
                if (entry.getDataOffset() < end + LEAST_HEADER) {
                    throw new BadDataException("two members of the zip archive overlap");
                }
                end = Math.addExact(entry.getDataOffset(), entry.getCompressedSize());
                declared = Math.addExact(declared, entry.getSize());
                intake.announce(declared);
            }
        } catch (ArithmeticException e) {
            throw damaged();
        }
    }

    private static void check(ZipArchiveEntry entry) throws BadDataException {
        EntryName.of(entry.getName());
        int kind = entry.getUnixMode() & KIND;
        if (kind != 0 && kind != REGULAR && kind != DIRECTORY) {
            throw EntryName.bad(entry.getName(), "is a link, a device or another kind of member that is no plain file");
        }
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw EntryName.bad(entry.getName(), "is encrypted");
        }
        if (entry.getMethod() != ZipArchiveEntry.STORED && entry.getMethod() != ZipArchiveEntry.DEFLATED) {
            throw EntryName.bad(
                    entry.getName(), "is compressed in a way that is not read: only stored and deflated members are");
        }
        if (entry.getSize() < 0 || entry.getCompressedSize() < 0 || entry.getDataOffset() < 0) {
            throw damaged();
        }
    }

    private static void take(ZipFile zip, ZipArchiveEntry entry, Intake intake) throws IOException {
        String name = EntryName.of(entry.getName());
        if (entry.isDirectory() || EntryName.isLitter(name)) {
            intake.passOver();
            return;
        }
        try (Checked content = new Checked(open(zip, entry), entry)) {
            intake.take(name, content, null);
            content.finish();
        }
    }

    private static InputStream open(ZipFile zip, ZipArchiveEntry entry) throws BadDataException {
        try {
            return zip.getInputStream(entry);
        } catch (IOException | RuntimeException e) {
            throw damaged();
        }
    }

    /**
     * Entries are objects on the heap, so their number is bounded before any is read: by what fits between the directory's
     * start and the end record, whatever that record says of it.
     */
    private static void refuseTooMany(Path archive, Intake intake) throws IOException {
        try (FileChannel channel = FileChannel.open(archive)) {
            int length = (int) Math.min(channel.size(), 22 + 0xFFFF + 20);
            long from = channel.size() - length;
            ByteBuffer tail = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            while (tail.hasRemaining() && channel.read(tail, from + tail.position()) >= 0) {
                // Until the buffer is full.
            }
            int at = length - 22;
            while (at >= 0 && tail.getInt(at) != 0x06054b50) {
                at--;
            }
            if (at < 0) {
                throw damaged();
            }
            long start = Integer.toUnsignedLong(tail.getInt(at + 16));
            long size = Integer.toUnsignedLong(tail.getInt(at + 12));
            if (at >= 20 && tail.getInt(at - 20) == 0x07064b50) {
                start = directory64(channel, tail.getLong(at - 20 + 8));
            }
            if ((from + at - start) / LEAST_ENTRY > 2L * intake.mostFiles()) {
                throw intake.tooMany();
            }
            // What stands before the archive moves all of it.
            refuseEmpty(channel, Math.max(start, from + at - size), intake);
        }
    }

    /** Entries without content cost an archive next to nothing: they are counted in the directory, a little of it at a time. */
    private static void refuseEmpty(FileChannel channel, long start, Intake intake) throws IOException {
        if (start < 0 || start > channel.size()) {
            return;
        }
        InputStream directory = new BufferedInputStream(Channels.newInputStream(channel.position(start)), 1 << 16);
        ByteBuffer entry = ByteBuffer.allocate(LEAST_ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        long without = 0;
        long with = 0;
        while (directory.readNBytes(entry.array(), 0, LEAST_ENTRY) == LEAST_ENTRY && entry.getInt(0) == 0x02014b50) {
            if (entry.getInt(24) == 0) {
                without++;
            } else {
                with++;
            }
            int more = Short.toUnsignedInt(entry.getShort(28))
                    + Short.toUnsignedInt(entry.getShort(30))
                    + Short.toUnsignedInt(entry.getShort(32));
            try {
                directory.skipNBytes(more);
            } catch (EOFException e) {
                throw damaged();
            }
        }
        intake.requireContent(without, with);
    }

    /** Where the directory starts by the end record of an archive beyond 4 GB. */
    private static long directory64(FileChannel channel, long record) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        if (record < 0 || record > channel.size() - 56 || channel.read(start, record + 48) != 8) {
            throw damaged();
        }
        return start.getLong(0);
    }

    private static BadDataException damaged() {
        return new BadDataException("the zip archive is damaged or cut short");
    }

    /** A member whose length and checksum must be what the directory says. */
    private static final class Checked extends FilterInputStream {

        private final ZipArchiveEntry entry;
        private final CRC32 checksum = new CRC32();
        private long length;

        Checked(InputStream in, ZipArchiveEntry entry) {
            super(in);
            this.entry = entry;
        }

        @Override
        public int read(byte[] target, int offset, int n) throws IOException {
            int read = super.read(target, offset, n);
            if (read > 0) {
                checksum.update(target, offset, read);
                length += read;
                if (length > entry.getSize()) {
                    throw EntryName.bad(entry.getName(), "is longer than the archive says");
                }
            }
            return read;
        }

        void finish() throws BadDataException {
            if (length != entry.getSize() || checksum.getValue() != entry.getCrc()) {
                throw EntryName.bad(entry.getName(), "is damaged: its length or checksum is not what the archive says");
            }
        }
    }
}
