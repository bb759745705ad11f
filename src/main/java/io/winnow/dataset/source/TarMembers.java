package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** The members of a tar archive, read as a stream. */
final class TarMembers {

    private static final int BLOCK = 512;

    /** What the headers of one member may take: names and attributes that are longer are made to exhaust. */
    private static final long LONGEST_HEADER = 1 << 20;

    private TarMembers() {}

    static void take(InputStream in, Intake intake) throws IOException {
        Counted counted = new Counted(new BufferedInputStream(in, 1 << 16), intake.bytesLeft());
        try (TarArchiveInputStream tar = new TarArchiveInputStream(counted, "UTF-8")) {
            for (TarArchiveEntry entry = next(tar, counted); entry != null; entry = next(tar, counted)) {
                take(tar, entry, intake);
            }
            if (counted.zerosAtEnd < BLOCK) {
                throw damaged();
            }
            drain(counted, intake);
        }
    }

    private static void take(TarArchiveInputStream tar, TarArchiveEntry entry, Intake intake) throws IOException {
        String name = EntryName.of(entry.isDirectory() && entry.getName().equals("./") ? "top" : entry.getName());
        byte kind = entry.getLinkFlag();
        if (entry.isDirectory() || EntryName.isLitter(name)) {
            intake.passOver();
            skip(tar);
            return;
        }
        if (kind != TarConstants.LF_NORMAL && kind != TarConstants.LF_OLDNORM || entry.isSparse()) {
            throw EntryName.bad(entry.getName(), "is a link, a device or another kind of member that is no plain file");
        }
        if (!entry.isCheckSumOK()) {
            throw damaged();
        }
        intake.announce(entry.getSize());
        intake.take(name, tar, null);
    }

    private static void skip(TarArchiveInputStream tar) throws BadDataException {
        try {
            tar.transferTo(OutputStream.nullOutputStream());
        } catch (BadDataException e) {
            throw e;
        } catch (IOException e) {
            throw damaged();
        }
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, Counted counted) throws IOException {
        counted.startHeader();
        try {
            return tar.getNextEntry();
        } catch (BadDataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw damaged();
        } finally {
            counted.liftLimit();
        }
    }

    /** What follows the end must be there too for a compressed archive to be whole, and may not be endless. */
    private static void drain(Counted counted, Intake intake) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long rest = 0;
        try {
            for (int n = counted.read(buffer, 0, buffer.length); n >= 0; n = counted.read(buffer, 0, buffer.length)) {
                rest += n;
                intake.announce(rest);
            }
        } catch (BadDataException e) {
            throw e;
        } catch (IOException e) {
            throw damaged();
        }
    }

    /** Whether the first file of an archive is a tar too. */
    static boolean beginWithTar(InputStream in) throws IOException {
        Counted counted = new Counted(new BufferedInputStream(in, 1 << 16), Long.MAX_VALUE);
        try (TarArchiveInputStream tar = new TarArchiveInputStream(counted, "UTF-8")) {
            TarArchiveEntry first = next(tar, counted);
            while (first != null && first.isDirectory()) {
                first = next(tar, counted);
            }
            return first != null && first.getName().endsWith(".tar");
        }
    }

    static BadDataException damaged() {
        return new BadDataException("the tar archive is damaged or cut short");
    }

    /** Counts what is read, also of what is skipped. */
    private static final class Counted extends FilterInputStream {

        private final long most;
        private long read;
        private long headerEnd = Long.MAX_VALUE;
        private long zerosAtEnd;

        Counted(InputStream in, long most) {
            super(in);
            this.most = most;
        }

        void startHeader() {
            headerEnd = read + LONGEST_HEADER;
            zerosAtEnd = 0;
        }

        void liftLimit() {
            headerEnd = Long.MAX_VALUE;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = super.read(target, offset, length);
            if (n > 0) {
                count(target, offset, n);
            }
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            byte[] skipped = new byte[(int) Math.min(n, 1 << 16)];
            return Math.max(0, read(skipped, 0, skipped.length));
        }

        private void count(byte[] target, int offset, int n) throws BadDataException {
            read += n;
            if (read > headerEnd) {
                throw new BadDataException("a header of the tar archive is longer than any is");
            }
            // Headers and padding take room of their own, but never more than the files that they are for and a little.
            if (read / 4 > most) {
                throw new BadDataException("the tar archive is endless");
            }
            int i = n;
            while (i > 0 && target[offset + i - 1] == 0) {
                i--;
            }
            zerosAtEnd = i == 0 ? zerosAtEnd + n : n - i;
        }
    }
}
