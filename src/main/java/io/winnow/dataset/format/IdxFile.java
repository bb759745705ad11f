package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.SourceFiles;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file of unsigned bytes in Yann LeCun's IDX format, plain or gzipped: two zero bytes, the type 0x08, the number of
 * dimensions, each dimension as a big-endian int32, then the values.
 */
final class IdxFile {

    private static final int UNSIGNED_BYTE = 0x08;
    private static final int LARGEST_ITEM = 1 << 26;
    private static final int HEADER_START = 4;

    /** Deflate cannot make data smaller than by this factor. */
    private static final int GZIP_BEST = 1032;

    private final SourceFiles files;
    private final Path path;
    private final int[] dimensions;
    private final boolean gzipped;
    private final long storedBytes;

    private IdxFile(SourceFiles files, Path path, int[] dimensions, boolean gzipped, long storedBytes) {
        this.files = files;
        this.path = path;
        this.dimensions = dimensions;
        this.gzipped = gzipped;
        this.storedBytes = storedBytes;
    }

    /** Reads the header and, for a plain file, holds it against the file's length. */
    static IdxFile open(SourceFiles files, Path path) throws IOException {
        String name = files.name(path);
        try (FileChannel channel = files.channel(path)) {
            BufferedInputStream raw = new BufferedInputStream(Channels.newInputStream(channel));
            raw.mark(2);
            boolean gzipped = raw.read() == 0x1F && raw.read() == 0x8B;
            raw.reset();
            DataInputStream in = new DataInputStream(gzipped ? new GZIPInputStream(raw) : raw);
            int start = in.readInt();
            int count = start & 0xFF;
            if (start >>> 16 != 0 || (start >>> 8 & 0xFF) != UNSIGNED_BYTE || count < 1) {
                throw new BadDataException(
                        "%s is not an IDX file of unsigned bytes: it starts with %08x, not with 000008"
                                .formatted(name, start));
            }
            if (count != 1 && count != 3) {
                throw new BadDataException(
                        "%s has %d dimensions; labels have 1 and pictures have 3".formatted(name, count));
            }
            int[] dimensions = new int[count];
            for (int i = 0; i < count; i++) {
                dimensions[i] = in.readInt();
            }
            IdxFile file = new IdxFile(files, path, dimensions, gzipped, channel.size());
            file.checkDimensions();
            return file;
        } catch (EOFException e) {
            throw new BadDataException(name + " is cut short within its header");
        } catch (ZipException e) {
            throw new BadDataException(name + " is not valid gzip data");
        }
    }

    private void checkDimensions() throws BadDataException {
        if (Arrays.stream(dimensions).anyMatch(d -> d < 1)) {
            throw new BadDataException(
                    "%s is empty or has absurd dimensions: %s".formatted(name(), Arrays.toString(dimensions)));
        }
        long item = 1;
        for (int i = 1; i < dimensions.length; i++) {
            item *= dimensions[i];
            if (item > LARGEST_ITEM) {
                throw new BadDataException(
                        "%s has pictures of absurd size: %s".formatted(name(), Arrays.toString(dimensions)));
            }
        }
        if (gzipped && valueBytes() / GZIP_BEST > storedBytes) {
            throw new BadDataException("%s has %d bytes, too few to hold what its header %s announces"
                    .formatted(name(), storedBytes, Arrays.toString(dimensions)));
        }
        if (!gzipped && storedBytes != headerBytes() + valueBytes()) {
            throw new BadDataException("%s has %d bytes, but its header %s needs %d"
                    .formatted(name(), storedBytes, Arrays.toString(dimensions), headerBytes() + valueBytes()));
        }
    }

    Path path() {
        return path;
    }

    String name() {
        return files.name(path);
    }

    int[] dimensions() {
        return dimensions.clone();
    }

    boolean holdsPictures() {
        return dimensions.length == 3;
    }

    int items() {
        return dimensions[0];
    }

    /** Bytes of one item: 1 for labels. */
    int itemBytes() {
        return dimensions.length == 1 ? 1 : Math.multiplyExact(dimensions[1], dimensions[2]);
    }

    long valueBytes() {
        return Math.multiplyExact((long) items(), itemBytes());
    }

    boolean isGzipped() {
        return gzipped;
    }

    private long headerBytes() {
        return HEADER_START + (long) Integer.BYTES * dimensions.length;
    }

    /** Opens the values, after the header. */
    Values values() throws IOException {
        InputStream raw = new BufferedInputStream(files.open(path), 1 << 16);
        try {
            Values values = new Values(gzipped ? new GZIPInputStream(raw, 1 << 16) : raw);
            values.in.skipNBytes(headerBytes());
            return values;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** The values in their order. Never reads more than the header announces, and one byte to see that nothing follows. */
    final class Values implements Closeable {

        private final InputStream in;
        private int next;

        private Values(InputStream in) {
            this.in = in;
        }

        boolean hasNext() {
            return next < items();
        }

        /** Fills the array with the next item or items. */
        void read(byte[] target) throws IOException {
            try {
                int got = in.readNBytes(target, 0, target.length);
                if (got < target.length) {
                    throw cutShort(got);
                }
            } catch (EOFException e) {
                throw cutShort(0);
            } catch (ZipException e) {
                throw new BadDataException("%s is damaged after item %d: %s".formatted(name(), next, e.getMessage()));
            }
            next += target.length / itemBytes();
        }

        /** Makes sure that the data ends where the header says. */
        void end() throws IOException {
            try {
                if (in.read() >= 0) {
                    throw new BadDataException(
                            "%s goes on after the %d items of its header".formatted(name(), items()));
                }
            } catch (EOFException e) {
                throw cutShort(0);
            } catch (ZipException e) {
                throw new BadDataException("%s is damaged at its end: %s".formatted(name(), e.getMessage()));
            }
        }

        private BadDataException cutShort(int got) {
            return new BadDataException("%s is cut short: it ends after item %d of %d"
                    .formatted(name(), next + got / itemBytes(), items()));
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
