package io.winnow.dataset;

/**
 * The names that the samples of a split have in the user's own data, all different. Read from the disk one at a time, so that
 * there may be any number of them. Safe to read from several threads until closed.
 */
public interface SampleKeys extends AutoCloseable {

    int size();

    /**
     * The key of a sample at a position of the user's data.
     *
     * @throws IndexOutOfBoundsException when the split has no such sample, or it was skipped
     * @throws IllegalStateException when the stored key is damaged
     */
    String key(int index);

    @Override
    void close();
}
