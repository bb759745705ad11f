package io.winnow.subset;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The samples that a subset keeps, in its order, read a chunk at a time so that a list may be larger than memory. */
public interface KeptSamples {

    int size();

    /** Whether the chunks carry weights; without, all samples weigh the same. */
    boolean weighted();

    /** Whether the chunks carry labels. */
    boolean labelled();

    /** Whether the chunks carry the names that the samples have in the user's data. */
    default boolean keyed() {
        return false;
    }

    /** Goes through the list from its start; may be called again. */
    void scan(Reader reader) throws IOException;

    /** Receives the chunks in order. */
    @FunctionalInterface
    interface Reader {

        /** @param chunk valid during the call */
        void chunk(Chunk chunk) throws IOException;
    }

    /** Some of the samples: the first {@link #count} elements of each array. Arrays are reused. */
    final class Chunk {

        static final int CAPACITY = 8192;

        int count;
        final int[] indices = new int[CAPACITY];
        final float[] scores = new float[CAPACITY];
        final int[] labels = new int[CAPACITY];
        final double[] weights = new double[CAPACITY];
        final @Nullable String[] keys = new String[CAPACITY];

        public int count() {
            return count;
        }

        public int index(int row) {
            return indices[row];
        }

        public float score(int row) {
            return scores[row];
        }

        public int label(int row) {
            return labels[row];
        }

        public double weight(int row) {
            return weights[row];
        }

        /** Of a list that is {@link KeptSamples#keyed()}. */
        public String key(int row) {
            return Objects.requireNonNull(keys[row]);
        }

        boolean isFull() {
            return count == CAPACITY;
        }

        /** Adds an unlabelled sample of weight one. */
        void add(int index, float score) {
            indices[count] = index;
            scores[count] = score;
            weights[count] = 1;
            count++;
        }
    }
}
