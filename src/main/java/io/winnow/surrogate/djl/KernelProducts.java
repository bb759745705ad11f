package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import io.winnow.surrogate.djl.GradientMatrices.Form;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a convolution's kernels as matrix products, for pictures of one size. The kernels can be cut into parts,
 * whose squared norms and dot products add up.
 */
interface KernelProducts {

    /** Into how many parts the kernels can be cut. */
    int parts();

    /** The form that costs less time. */
    Form cheaper();

    /**
     * Memory that one sample takes for some of the parts at a time.
     *
     * @param form in the Gram form all parts are done at once
     */
    long bytes(Form form, int parts);

    /**
     * Adds the parts {@code from} … {@code to}−1; in the Gram form, all parts, and norms only.
     *
     * @param input [n, H, W, C], whose manager takes all that is made
     * @param gradient B, [n, H', W', O]
     * @param direction V, stored layout [O, k, k, C / groups], or null
     */
    void add(
            Form form,
            NDArray input,
            NDArray gradient,
            int from,
            int to,
            @Nullable NDArray direction,
            GradientSums sums);
}
