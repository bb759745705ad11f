package io.winnow.scoring.web;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.tabular.NpyHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers of an NPY file, read as they are asked for. */
final class NpyColumn {

    private static final int BUFFER = 1 << 16;

    private final String field;
    private final InputStream in;
    private final NpyHeader header;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private long done;

    /**
     * Reads the header.
     *
     * @param field the part's name, for errors
     * @param size of the file in bytes
     */
    NpyColumn(String field, InputStream in, long size) throws IOException {
        this.field = field;
        this.in = new BufferedInputStream(in, BUFFER);
        try {
            this.header = NpyHeader.read(this.in, size);
        } catch (NpyHeader.MalformedException e) {
            throw new InvalidRequestException(field, e.getMessage());
        }
        buffer.limit(0);
    }

    long length() {
        return header.length();
    }

    NpyColumn requireFloats() {
        if (!header.descr().equals("<f4") && !header.descr().equals("<f8")) {
            throw new InvalidRequestException(
                    field, "has elements of type '%s'; scores are '<f4' or '<f8'".formatted(header.descr()));
        }
        return this;
    }

    NpyColumn requireIntegers() {
        if (header.descr().charAt(1) == 'f') {
            throw new InvalidRequestException(
                    field, "has elements of type '%s'; labels are integers".formatted(header.descr()));
        }
        return this;
    }

    int read(float[] target) throws IOException {
        int count = (int) Math.min(target.length, header.length() - done);
        for (int i = 0; i < count; i++, done++) {
            fill();
            float value = header.itemSize() == Float.BYTES ? buffer.getFloat() : (float) buffer.getDouble();
            if (!Float.isFinite(value)) {
                throw new InvalidRequestException(
                        field, "has %s at index %d; scores must be finite float32 numbers".formatted(value, done));
            }
            target[i] = value;
        }
        return count;
    }

    int read(int[] target) throws IOException {
        int count = (int) Math.min(target.length, header.length() - done);
        for (int i = 0; i < count; i++, done++) {
            fill();
            long value = integer();
            if (value < 0 || value > Labels.LARGEST) {
                throw new InvalidRequestException(
                        field, "has %d at index %d; each %s".formatted(value, done, Labels.RULE));
            }
            target[i] = (int) value;
        }
        return count;
    }

    private long integer() {
        boolean unsigned = header.descr().charAt(1) == 'u';
        return switch (header.itemSize()) {
            case 1 -> unsigned ? buffer.get() & 0xFF : buffer.get();
            case 2 -> unsigned ? buffer.getShort() & 0xFFFF : buffer.getShort();
            case 4 -> unsigned ? buffer.getInt() & 0xFFFFFFFFL : buffer.getInt();
            default -> buffer.getLong();
        };
    }

    private void fill() throws IOException {
        if (buffer.hasRemaining()) {
            return;
        }
        long left = (header.length() - done) * header.itemSize();
        int wanted = (int) Math.min(BUFFER, left);
        if (in.readNBytes(buffer.array(), 0, wanted) < wanted) {
            throw new InvalidRequestException(field, "ends before its last element");
        }
        buffer.clear().limit(wanted);
    }
}
