package io.winnow.scoring.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays as the database keeps them. */
final class Bytes {

    /** Dimensions, null flag, element type, length, lower bound. */
    private static final int ARRAY_HEADER = 5 * Integer.BYTES;

    private static final int FLOAT4_OID = 700;

    private Bytes() {}

    /** The first {@code count} values as little-endian float32. */
    static byte[] of(float[] values, int from, int count) {
        byte[] bytes = new byte[count * Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values, from, count);
        return bytes;
    }

    /** The first {@code count} values as little-endian int32. */
    static byte[] of(int[] values, int from, int count) {
        byte[] bytes = new byte[count * Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values, from, count);
        return bytes;
    }

    /** Reads little-endian float32 values into the target and says how many. */
    static int read(byte[] bytes, float[] target, int from) {
        int count = bytes.length / Float.BYTES;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(target, from, count);
        return count;
    }

    /** Reads little-endian int32 values into the target and says how many. */
    static int read(byte[] bytes, int[] target, int from) {
        int count = bytes.length / Integer.BYTES;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(target, from, count);
        return count;
    }

    /**
     * Decodes a {@code real[]} without nulls from PostgreSQL's binary wire format: the driver would box every element. The
     * connection must ask for binary results from the first execution on ({@code prepareThreshold=-1}).
     */
    static float[] ofRealArray(byte[] wire) {
        ByteBuffer in = ByteBuffer.wrap(wire);
        if (wire.length < ARRAY_HEADER || in.getInt(0) != 1 || in.getInt(4) != 0 || in.getInt(8) != FLOAT4_OID) {
            throw new IllegalStateException("expected a one-dimensional real[] in binary form");
        }
        float[] values = new float[in.getInt(12)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getFloat(ARRAY_HEADER + i * 2 * Integer.BYTES + Integer.BYTES);
        }
        return values;
    }
}
