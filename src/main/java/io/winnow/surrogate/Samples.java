package io.winnow.surrogate;

import java.nio.ByteBuffer;

/**
 * Labelled samples as a surrogate reads them: positions 0 … size−1, each with a class and either a picture of unsigned
 * bytes, [C, H, W], or a vector of D float32 features, whose shape is [D, 1, 1].
 * Implementations are views on a memory map and must be safe to read from several threads.
 */
public interface Samples {

    int size();

    SampleShape shape();

    int classes();

    /** The class of the sample at a position, in 0 … classes−1. */
    int label(int position);

    /** What the values of all samples are. A view on other samples passes on what theirs are. */
    default Element element() {
        return Element.UINT8;
    }

    /** Bytes of one sample. */
    default int sampleBytes() {
        return Math.multiplyExact(shape().size(), element().bytes());
    }

    /** Copies the {@link #sampleBytes} of the sample, [C, H, W] row-major, to the target's position. */
    void copyTo(int position, ByteBuffer target);

    /** The weight of the sample in the training loss; 1 unless a selection policy says otherwise. */
    default float weight(int position) {
        return 1f;
    }

    /** How values become the network's input. */
    Normalisation normalisation();
}
