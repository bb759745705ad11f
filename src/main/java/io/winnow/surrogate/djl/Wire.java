package io.winnow.surrogate.djl;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Arrays and batches between the processes of a module. */
final class Wire {

    private static final int LARGEST = 1 << 30;

    private Wire() {}

    static void writeFloats(DataOutputStream out, float[] values, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES));
        bytes.asFloatBuffer().put(values, 0, count);
        out.writeInt(count);
        out.write(bytes.array());
    }

    static float[] readFloats(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > LARGEST / Float.BYTES) {
            throw new IOException("an array of %d numbers was announced".formatted(count));
        }
        byte[] bytes = in.readNBytes(count * Float.BYTES);
        if (bytes.length != count * Float.BYTES) {
            throw new IOException("the stream ended within an array");
        }
        FloatBuffer floats = ByteBuffer.wrap(bytes).asFloatBuffer();
        float[] values = new float[count];
        floats.get(values);
        return values;
    }

    static void writeDoubles(DataOutputStream out, double[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES));
        bytes.asDoubleBuffer().put(values);
        out.writeInt(values.length);
        out.write(bytes.array());
    }

    static double[] readDoubles(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > LARGEST / Double.BYTES) {
            throw new IOException("an array of %d numbers was announced".formatted(count));
        }
        byte[] bytes = new byte[count * Double.BYTES];
        in.readFully(bytes);
        double[] values = new double[count];
        ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
        return values;
    }

    static void writeBatch(DataOutputStream out, Batch batch) throws IOException {
        out.writeInt(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            out.writeInt(batch.labels[i]);
        }
        ByteBuffer pictures = batch.values();
        byte[] bytes = new byte[pictures.remaining()];
        pictures.get(bytes);
        pictures.rewind();
        out.write(bytes);
    }

    /** @param sampleBytes bytes of one picture */
    static Batch readBatch(DataInputStream in, int sampleBytes) throws IOException {
        int size = in.readInt();
        if (size < 1 || (long) size * sampleBytes > LARGEST) {
            throw new IOException("a batch of %d samples was announced".formatted(size));
        }
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            labels[i] = in.readInt();
        }
        Batch batch = BatchPool.take(size, sampleBytes);
        batch.clear();
        byte[] picture = new byte[sampleBytes];
        for (int i = 0; i < size; i++) {
            in.readFully(picture);
            batch.add(i, labels[i], 1, picture);
        }
        batch.flip();
        return batch;
    }
}
