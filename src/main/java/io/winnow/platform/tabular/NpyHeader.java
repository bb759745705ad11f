package io.winnow.platform.tabular;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an NPY file of one dimension.
 *
 * @param descr NumPy's name of the element type with its byte order, such as {@code <i8}
 * @param length number of elements
 */
public record NpyHeader(String descr, long length) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int LONGEST = 4096;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{2,8})'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

    /** The file is not what it should be; the message says how, for the user. */
    public static final class MalformedException extends IOException {

        MalformedException(String message) {
            super(message);
        }
    }

    /** Whether a file that starts with these bytes is an NPY file. */
    public static boolean startsWithMagic(byte[] start) {
        return start.length >= MAGIC.length && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** The header as version 1.0 of the format; a multiple of 64 bytes. */
    public byte[] toBytes() {
        String fields = "{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }".formatted(descr, length);
        int fixed = MAGIC.length + 4;
        int total = (fixed + fields.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        String padded = fields + " ".repeat(total - fixed - fields.length() - 1) + "\n";
        byte[] bytes = new byte[total];
        System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
        bytes[6] = 1;
        bytes[8] = (byte) padded.length();
        bytes[9] = (byte) (padded.length() >>> 8);
        System.arraycopy(padded.getBytes(StandardCharsets.US_ASCII), 0, bytes, fixed, padded.length());
        return bytes;
    }

    /** Bytes of one element: the number at the end of {@code descr}. */
    public int itemSize() {
        return descr.charAt(2) - '0';
    }

    /**
     * Reads a header of version 1, 2 or 3 and holds it against the size of the file, in exact arithmetic.
     *
     * @param in at the start of the file; left at the first element
     * @param fileSize in bytes
     * @throws MalformedException when it is no NPY file of one dimension in native little-endian numbers, or longer or
     *     shorter than its header says
     */
    public static NpyHeader read(InputStream in, long fileSize) throws IOException {
        byte[] start = in.readNBytes(8);
        if (start.length < 8 || !startsWithMagic(start)) {
            throw new MalformedException("is not an NPY file");
        }
        int version = start[6];
        if (version < 1 || version > 3) {
            throw new MalformedException("has the unknown NPY version " + version);
        }
        byte[] size = in.readNBytes(version == 1 ? 2 : 4);
        long headerLength = 0;
        for (int i = size.length - 1; i >= 0; i--) {
            headerLength = headerLength << 8 | (size[i] & 0xFF);
        }
        if (headerLength > LONGEST) {
            throw new MalformedException("has a header of %d bytes".formatted(headerLength));
        }
        byte[] header = in.readNBytes((int) headerLength);
        if (header.length < headerLength) {
            throw new MalformedException("ends within its header");
        }
        NpyHeader read = parse(new String(header, StandardCharsets.ISO_8859_1));
        long present = fileSize - 8 - size.length - headerLength;
        if (read.length > present / read.itemSize() || read.length * read.itemSize() != present) {
            throw new MalformedException("says that it holds %d elements of %d bytes, but %d bytes follow its header"
                    .formatted(read.length, read.itemSize(), present));
        }
        return read;
    }

    private static NpyHeader parse(String header) throws MalformedException {
        String descr = field(DESCR, header, "descr");
        if (!descr.matches("[<|][fiu][1248]")) {
            throw new MalformedException(
                    "has elements of type '%s'; little-endian numbers such as '<f4' are read".formatted(descr));
        }
        if (field(ORDER, header, "fortran_order").equals("True")) {
            throw new MalformedException("is in Fortran order");
        }
        String shape = field(SHAPE, header, "shape").strip();
        if (!shape.matches("[0-9]{1,18},?")) {
            throw new MalformedException("has the shape (%s); it should have one dimension".formatted(shape));
        }
        return new NpyHeader(descr, Long.parseLong(shape.replace(",", "")));
    }

    private static String field(Pattern pattern, String header, String name) throws MalformedException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new MalformedException("has no %s in its header".formatted(name));
        }
        return matcher.group(1);
    }
}
