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
        write(
                out,
                length,
                Float.BYTES,
                (block, from, count) -> block.asFloatBuffer().put(values, from, count));
    }

    public static void read(DataInput in, float[] values) throws IOException {
        read(
                in,
                values.length,
                Float.BYTES,
                (block, from, count) -> block.asFloatBuffer().get(values, from, count));
    }

    public static void write(DataOutput out, double[] values) throws IOException {
        write(
                out,
                values.length,
                Double.BYTES,
                (block, from, count) -> block.asDoubleBuffer().put(values, from, count));
    }

    public static void read(DataInput in, double[] values) throws IOException {
        read(
                in,
                values.length,
                Double.BYTES,
                (block, from, count) -> block.asDoubleBuffer().get(values, from, count));
    }

    public static void write(DataOutput out, int[] values) throws IOException {
        write(
                out,
                values.length,
                Integer.BYTES,
                (block, from, count) -> block.asIntBuffer().put(values, from, count));
    }

    public static void read(DataInput in, int[] values) throws IOException {
        read(
                in,
                values.length,
                Integer.BYTES,
                (block, from, count) -> block.asIntBuffer().get(values, from, count));
    }

    /** Moves values from … from + count − 1 of an array into, or out of, the start of the block. */
    private interface Move {
        void move(ByteBuffer block, int from, int count);
    }

    private static void write(DataOutput out, int length, int bytes, Move fill) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        int most = BLOCK / bytes;
        for (int from = 0; from < length; from += most) {
            int count = Math.min(most, length - from);
            fill.move(block, from, count);
            out.write(block.array(), 0, count * bytes);
        }
    }

    private static void read(DataInput in, int length, int bytes, Move drain) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        int most = BLOCK / bytes;
        for (int from = 0; from < length; from += most) {
            int count = Math.min(most, length - from);
            in.readFully(block.array(), 0, count * bytes);
            drain.move(block, from, count);
        }
    }
}
