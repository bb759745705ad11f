package io.winnow.surrogate.djl;

import java.nio.ByteBuffer;

/** A batch on its way to the device. Its arrays may be longer than its size, and belong to the stream that gave it. */
final class Batch {

    private final ByteBuffer pictures;
    final int[] positions;
    final int[] labels;
    final float[] weights;
    private int size;

    Batch(int capacity, int sampleSize) {
        this.pictures = ByteBuffer.allocateDirect(Math.multiplyExact(capacity, sampleSize));
        this.positions = new int[capacity];
        this.labels = new int[capacity];
        this.weights = new float[capacity];
    }

    boolean fits(int capacity, int sampleSize) {
        return labels.length == capacity && pictures.capacity() == capacity * sampleSize;
    }

    int size() {
        return size;
    }

    /** The bytes [B, H, W, C], from position 0 to the limit. */
    ByteBuffer pictures() {
        return pictures.rewind();
    }

    void clear() {
        size = 0;
        pictures.clear();
    }

    /** Adds a sample, whose picture is [H, W, C]. */
    void add(int position, int label, float weight, byte[] picture) {
        positions[size] = position;
        labels[size] = label;
        weights[size] = weight;
        pictures.put(picture);
        size++;
    }

    void flip() {
        pictures.flip();
    }
}
