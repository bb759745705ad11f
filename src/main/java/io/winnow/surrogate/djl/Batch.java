package io.winnow.surrogate.djl;

import java.nio.ByteBuffer;

/** A batch on its way to the device. Its arrays may be longer than its size, and belong to the stream that gave it. */
final class Batch {

    private final ByteBuffer values;
    final int[] positions;
    final int[] labels;
    final float[] weights;
    private int size;

    Batch(int capacity, int sampleBytes) {
        this.values = ByteBuffer.allocateDirect(Math.multiplyExact(capacity, sampleBytes));
        this.positions = new int[capacity];
        this.labels = new int[capacity];
        this.weights = new float[capacity];
    }

    boolean fits(int capacity, int sampleBytes) {
        return labels.length == capacity && values.capacity() == capacity * sampleBytes;
    }

    int size() {
        return size;
    }

    /** The samples [B, H, W, C], from position 0 to the limit. */
    ByteBuffer values() {
        return values.rewind();
    }

    void clear() {
        size = 0;
        values.clear();
    }

    /** Adds a sample, which is [H, W, C]. */
    void add(int position, int label, float weight, byte[] sample) {
        positions[size] = position;
        labels[size] = label;
        weights[size] = weight;
        values.put(sample);
        size++;
    }

    void flip() {
        values.flip();
    }
}
