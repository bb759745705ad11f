package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import io.winnow.platform.ZipDirectory;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The members of a zip archive, as its directory at the end lists them. */
final class ZipMembers {

    private static final int KIND = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;

    /** The least bytes of the header before a member. */
    private static final int LEAST_HEADER = 30;

    private ZipMembers() {}

    static void take(Path archive, Intake intake) throws IOException {
        take(archive, intake, Runtime.getRuntime().maxMemory() / 2);
    }

    /** @param mostHeap bytes that the list of the members may take */
    static void take(Path archive, Intake intake, long mostHeap) throws IOException {
        try (FileChannel channel = FileChannel.open(archive)) {
            refuseTooMany(channel, intake, mostHeap);
            take(channel, intake);
        }
    }

    private static void take(FileChannel archive, Intake intake) throws IOException {
        try (ZipFile zip = open(archive)) {
            checkAll(zip, intake);
            for (Enumeration<ZipArchiveEntry> all = zip.getEntriesInPhysicalOrder(); all.hasMoreElements(); ) {
                take(zip, all.nextElement(), intake);
            }
        }
    }

    private static ZipFile open(FileChannel archive) throws BadDataException {
        try {
            return ZipDirectory.open(archive);
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
                check(zip, entry);
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

    private static void check(ZipFile zip, ZipArchiveEntry entry) throws BadDataException {
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
        findPlace(zip, entry);
        if (entry.getSize() < 0 || entry.getCompressedSize() < 0 || entry.getDataOffset() < 0) {
            throw damaged();
        }
    }

    /** Reads how long what stands before the member is, and nothing more. */
    private static void findPlace(ZipFile zip, ZipArchiveEntry entry) throws BadDataException {
        try (InputStream content = zip.getRawInputStream(entry)) {
            if (content == null) {
                throw damaged();
            }
        } catch (BadDataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
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

    /** Refuses, before any member is an object on the heap, what would be too many of them. */
    private static void refuseTooMany(FileChannel archive, Intake intake, long mostHeap) throws IOException {
        try {
            ZipDirectory directory = ZipDirectory.of(archive, 2L * intake.mostFiles());
            if (directory.members() > 2L * intake.mostFiles()) {
                throw intake.tooMany();
            }
            intake.requireContent(directory.empty(), directory.members() - directory.empty());
            if (directory.heap() > mostHeap) {
                throw new BadDataException(
                        "the directory of the zip archive lists %d members, which take more memory than this service may use for them; as a tar they need none, and a larger -Xmx takes them"
                                .formatted(directory.members()));
            }
        } catch (ZipException e) {
            throw damaged();
        }
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
