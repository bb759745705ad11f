package io.winnow.surrogate;

import java.nio.ByteBuffer;

/**
 * Labelled samples as a surrogate reads them: positions 0 … size−1, each an unsigned-byte picture [C, H, W] and a class.
 * Implementations are views on a memory map and must be safe to read from several threads.
 */
public interface Samples {

    int size();

    SampleShape shape();

    int classes();

    /** The class of the sample at a position, in 0 … classes−1. */
    int label(int position);

    /** Copies the {@code shape().size()} bytes of the sample, [C, H, W] row-major, to the target's position. */
    void copyTo(int position, ByteBuffer target);

    /** The weight of the sample in the training loss; 1 unless a selection policy says otherwise. */
    default float weight(int position) {
        return 1f;
    }

    /** How bytes become the network's input. */
    Normalisation normalisation();
}
