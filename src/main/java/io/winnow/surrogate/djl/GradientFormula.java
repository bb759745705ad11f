package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;

/**
 * The gradients of one layer's parameters for each sample of a batch, from what the layer read and how the loss changes
 * with what it wrote. Parameters act linearly on a layer's output, so these two say all.
 */
@FunctionalInterface
interface GradientFormula {

    /**
     * Adds the layer's part to the sums.
     *
     * @param input A, what the layer read, [n, …], detached
     * @param gradient B = ∂ℓ_i/∂(layer's output of sample i), of the shape of the layer's output
     * @param sums of the n samples
     */
    void add(NDArray input, NDArray gradient, GradientSums sums);
}
