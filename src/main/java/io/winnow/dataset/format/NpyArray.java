package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array in NumPy's {@code .npy} format, versions 1 to 3, in C order. Its header is held against the number of bytes that
 * there are before anything is read.
 */
final class NpyArray {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST_HEADER = 1 << 16;
    /** The kinds of dtypes whose digits are the bytes of one value. */
    private static final String NUMBERS = "uifbc";

    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=])([a-zA-Z])(\\d{1,3})'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\sL]*)\\)");

    private final Entry entry;
    private final char kind;
    private final int itemBytes;
    private final ByteOrder order;
    private final long[] shape;
    private final long dataOffset;

    private NpyArray(Entry entry, char kind, int itemBytes, ByteOrder order, long[] shape, long dataOffset) {
        this.entry = entry;
        this.kind = kind;
        this.itemBytes = itemBytes;
        this.order = order;
        this.shape = shape;
        this.dataOffset = dataOffset;
    }

    /** Where the bytes of an array are: a file, or a member of an archive. */
    interface Entry {

        String name();

        /** The file that it is, or that it is in. */
        Path path();

        /** Bytes when decompressed. */
        long length();

        InputStream open() throws IOException;
    }

    static NpyArray open(Entry entry) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(entry.open()))) {
            byte[] magic = in.readNBytes(MAGIC.length);
            int major = in.readUnsignedByte();
            in.readUnsignedByte();
            if (!Arrays.equals(magic, MAGIC) || major < 1 || major > 3) {
                throw new BadDataException(entry.name() + " is not a .npy array");
            }
            long headerLength = major == 1
                    ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
                    : Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
            if (headerLength > LONGEST_HEADER) {
                throw new BadDataException(entry.name() + " has an absurd header");
            }
            byte[] header = new byte[(int) headerLength];
            in.readFully(header);
            long offset = MAGIC.length + 2 + (major == 1 ? 2 : 4) + headerLength;
            return parse(entry, new String(header, StandardCharsets.UTF_8), offset);
        } catch (EOFException e) {
            throw new BadDataException(entry.name() + " is cut short within its header");
        }
    }

    private static NpyArray parse(Entry entry, String header, long offset) throws BadDataException {
        Matcher descr = DESCR.matcher(header);
        Matcher order = ORDER.matcher(header);
        Matcher dimensions = SHAPE.matcher(header);
        if (!descr.find() || NUMBERS.indexOf(descr.group(2)) < 0 || !order.find() || !dimensions.find()) {
            throw new BadDataException(entry.name()
                    + " has no plain numeric dtype; pictures are uint8, features float32 and labels integers");
        }
        if (order.group(1).equals("True")) {
            throw new BadDataException(entry.name() + " is in Fortran order; save it with numpy.ascontiguousarray");
        }
        long[] shape;
        long bytes = Integer.parseInt(descr.group(3));
        try {
            shape = Arrays.stream(dimensions.group(1).split(","))
                    .map(text -> text.replace("L", "").strip())
                    .filter(text -> !text.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
            for (long dimension : shape) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new BadDataException(entry.name() + " has an absurd shape");
        }
        NpyArray array = new NpyArray(
                entry,
                descr.group(2).charAt(0),
                Integer.parseInt(descr.group(3)),
                descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                shape,
                offset);
        if (bytes > Long.MAX_VALUE - offset || entry.length() != offset + bytes) {
            throw new BadDataException("%s has %d bytes, but its shape %s of %s needs %d"
                    .formatted(entry.name(), entry.length(), Arrays.toString(shape), array.dtype(), offset + bytes));
        }
        return array;
    }

    String name() {
        return entry.name();
    }

    long[] shape() {
        return shape.clone();
    }

    String dtype() {
        return "%s%d".formatted(kind, itemBytes);
    }

    boolean isUnsignedByte() {
        return kind == 'u' && itemBytes == 1;
    }

    boolean isFloat() {
        return kind == 'f';
    }

    /** Whether it is of float32 or float64. */
    boolean isFeatures() {
        return kind == 'f' && (itemBytes == 4 || itemBytes == 8);
    }

    /** What holds the array, as the registry knows it. */
    Path path() {
        return entry.path();
    }

    boolean isInteger() {
        return (kind == 'i' || kind == 'u') && (itemBytes == 1 || itemBytes == 2 || itemBytes == 4 || itemBytes == 8);
    }

    Values values() throws IOException {
        InputStream in = new BufferedInputStream(entry.open(), 1 << 16);
        try {
            in.skipNBytes(dataOffset);
        } catch (EOFException e) {
            in.close();
            throw new BadDataException(name() + " is cut short within its header");
        }
        return new Values(in);
    }

    /** The values, one after another. */
    final class Values implements Closeable {

        private final InputStream in;
        private final byte[] item = new byte[itemBytes];

        private Values(InputStream in) {
            this.in = in;
        }

        void read(byte[] target) throws IOException {
            if (in.readNBytes(target, 0, target.length) < target.length) {
                throw new BadDataException(name() + " is cut short");
            }
        }

        /** Fills the target with the next values of an array of floats, rounded to float32 where they are float64. */
        void readFloats(float[] target) throws IOException {
            byte[] bytes = new byte[Math.multiplyExact(target.length, itemBytes)];
            read(bytes);
            ByteBuffer values = ByteBuffer.wrap(bytes).order(order);
            if (itemBytes == Float.BYTES) {
                values.asFloatBuffer().get(target);
            } else {
                for (int i = 0; i < target.length; i++) {
                    target[i] = (float) values.getDouble();
                }
            }
        }

        /** The next value of an array of integers; an unsigned 64-bit one above 2⁶³ comes out negative. */
        long readInteger() throws IOException {
            read(item);
            ByteBuffer bytes = ByteBuffer.wrap(item).order(order);
            boolean unsigned = kind == 'u';
            return switch (itemBytes) {
                case 1 -> unsigned ? item[0] & 0xFF : item[0];
                case 2 -> unsigned ? Short.toUnsignedLong(bytes.getShort()) : bytes.getShort();
                case 4 -> unsigned ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getInt();
                default -> bytes.getLong();
            };
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
