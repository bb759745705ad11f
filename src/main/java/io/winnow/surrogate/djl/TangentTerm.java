package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A part of the parameters and what it adds to a tangent kernel. It is shown the samples, micro-batch by micro-batch and class
 * by class, keeps what it needs of them, and adds its part when it has seen all.
 */
interface TangentTerm {

    /** Memory that it keeps for all samples between {@link #open} and {@link #close}. */
    long bytes();

    /** @param manager takes what is kept */
    void open(NDManager manager);

    /**
     * Some samples of one class.
     *
     * @param from the first sample
     * @param k the class
     * @param input A, what the layer read, [n, …]; the same for all classes
     * @param gradient B = ∂z_k(x_i)/∂(layer's output of sample i), of the shape of the layer's output
     */
    void see(int from, int k, NDArray input, NDArray gradient);

    /** Adds its part to the kernel [samples · classes, samples · classes] in double precision. */
    void addTo(NDArray kernel);

    /** Lets go what it kept. */
    void close();
}
