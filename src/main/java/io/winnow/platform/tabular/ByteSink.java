package io.winnow.platform.tabular;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes numbers and text to a stream through one reused buffer, without making an object a number. The caller flushes at
 * the end and closes the stream.
 */
public final class ByteSink {

    private static final int SIZE = 1 << 16;
    /** No number written here is longer. */
    private static final int LONGEST_NUMBER = 32;

    private final OutputStream out;
    private final byte[] buffer = new byte[SIZE];
    private final ByteBuffer littleEndian = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
    private int filled;
    private double lastDouble = Double.NaN;
    private byte[] lastText = {};
    private double otherDouble = Double.NaN;
    private byte[] otherText = {};

    public ByteSink(OutputStream out) {
        this.out = out;
    }

    public ByteSink text(String text) throws IOException {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public ByteSink bytes(byte[] bytes) throws IOException {
        if (bytes.length > SIZE - filled) {
            flush();
            if (bytes.length > SIZE) {
                out.write(bytes);
                return this;
            }
        }
        System.arraycopy(bytes, 0, buffer, filled, bytes.length);
        filled += bytes.length;
        return this;
    }

    /** One ASCII character. */
    public ByteSink ascii(char c) throws IOException {
        if (filled == SIZE) {
            flush();
        }
        buffer[filled++] = (byte) c;
        return this;
    }

    /** A whole number in decimal digits. */
    public ByteSink number(long value) throws IOException {
        room();
        if (value < 0) {
            return text(Long.toString(value));
        }
        int digits = 1;
        for (long bound = 10; digits < 19 && value >= bound; bound *= 10) {
            digits++;
        }
        int end = filled + digits;
        long rest = value;
        for (int at = end - 1; at >= filled; at--) {
            long next = rest / 10;
            buffer[at] = (byte) ('0' + (rest - next * 10));
            rest = next;
        }
        filled = end;
        return this;
    }

    /** The shortest decimal that reads back as this float. */
    public ByteSink number(float value) throws IOException {
        return text(Float.toString(value));
    }

    /** The shortest decimal that reads back as this double. Lists repeat a few values, so the last two are remembered. */
    public ByteSink number(double value) throws IOException {
        if (value == lastDouble) {
            return bytes(lastText);
        }
        byte[] text = value == otherDouble ? otherText : decimal(value).getBytes(StandardCharsets.US_ASCII);
        otherDouble = lastDouble;
        otherText = lastText;
        lastDouble = value;
        lastText = text;
        return bytes(text);
    }

    private static String decimal(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    public ByteSink int64(long value) throws IOException {
        room();
        littleEndian.putLong(filled, value);
        filled += Long.BYTES;
        return this;
    }

    public ByteSink float32(float value) throws IOException {
        room();
        littleEndian.putFloat(filled, value);
        filled += Float.BYTES;
        return this;
    }

    /** Hands what is buffered to the stream; does not flush the stream itself. */
    public void flush() throws IOException {
        out.write(buffer, 0, filled);
        filled = 0;
    }

    private void room() throws IOException {
        if (SIZE - filled < LONGEST_NUMBER) {
            flush();
        }
    }
}
