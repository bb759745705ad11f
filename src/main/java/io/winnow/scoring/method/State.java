package io.winnow.scoring.method;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Arrays of a fold's state, big-endian. They go out and in by the block: a call for each number would cost more than the disk. */
public final class State {

    private static final int BLOCK = 1 << 13;

    private State() {}

    public static void write(DataOutput out, float[] values) throws IOException {
        write(out, values, values.length);
    }

    /** Writes the first {@code length} of the values. */
    public static void write(DataOutput out, float[] values, int length) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        int most = BLOCK / Float.BYTES;
        for (int from = 0; from < length; from += most) {
            int count = Math.min(most, length - from);
            block.asFloatBuffer().put(values, from, count);
            out.write(block.array(), 0, count * Float.BYTES);
        }
    }

    public static void read(DataInput in, float[] values) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        int most = BLOCK / Float.BYTES;
        for (int from = 0; from < values.length; from += most) {
            int count = Math.min(most, values.length - from);
            in.readFully(block.array(), 0, count * Float.BYTES);
            block.asFloatBuffer().get(values, from, count);
        }
    }

    public static void write(DataOutput out, double[] values) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        int most = BLOCK / Double.BYTES;
        for (int from = 0; from < values.length; from += most) {
            int count = Math.min(most, values.length - from);
            block.asDoubleBuffer().put(values, from, count);
            out.write(block.array(), 0, count * Double.BYTES);
        }
    }

    public static void read(DataInput in, double[] values) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        int most = BLOCK / Double.BYTES;
        for (int from = 0; from < values.length; from += most) {
            int count = Math.min(most, values.length - from);
            in.readFully(block.array(), 0, count * Double.BYTES);
            block.asDoubleBuffer().get(values, from, count);
        }
    }

    public static void write(DataOutput out, int[] values) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        int most = BLOCK / Integer.BYTES;
        for (int from = 0; from < values.length; from += most) {
            int count = Math.min(most, values.length - from);
            block.asIntBuffer().put(values, from, count);
            out.write(block.array(), 0, count * Integer.BYTES);
        }
    }

    public static void read(DataInput in, int[] values) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        int most = BLOCK / Integer.BYTES;
        for (int from = 0; from < values.length; from += most) {
            int count = Math.min(most, values.length - from);
            in.readFully(block.array(), 0, count * Integer.BYTES);
            block.asIntBuffer().get(values, from, count);
        }
    }
}
