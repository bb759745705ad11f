package io.winnow.surrogate;

/** A vector in the space of all trainable parameters, kept on the device. */
public interface Direction extends AutoCloseable {

    /** A copy of its values in the order of {@link Surrogate#parameters()}. */
    float[] values();

    @Override
    void close();
}
