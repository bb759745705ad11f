package io.winnow.surrogate;

/**
 * The empirical neural tangent kernel of m samples at the weights of a moment: how a step on one logit of one sample moves
 * another logit of another. With z_k(x) the logit of class k in evaluation mode and w all trainable parameters,
 *
 * <pre>K[(i, k), (j, l)] = ⟨∂z_k(x_i)/∂w, ∂z_l(x_j)/∂w⟩,</pre>
 *
 * symmetric and positive semi-definite. Row (i, k) is i · classes + k.
 *
 * @param samples m
 * @param classes C
 * @param values [m·C · m·C], row-major
 */
public record TangentKernel(int samples, int classes, double[] values) {

    public TangentKernel {
        if (values.length != Math.multiplyExact(sideOf(samples, classes), sideOf(samples, classes))) {
            throw new IllegalArgumentException("a kernel of %d samples and %d classes has not %d values"
                    .formatted(samples, classes, values.length));
        }
    }

    /** m · C, the rows of the kernel. */
    public int side() {
        return sideOf(samples, classes);
    }

    /** One value: sample i, class k against sample j, class l. */
    public double value(int i, int k, int j, int l) {
        return values[(i * classes + k) * side() + j * classes + l];
    }

    /**
     * The rows of a kernel.
     *
     * @throws IllegalArgumentException when a kernel of so many rows is larger than an array can be
     */
    public static int sideOf(int samples, int classes) {
        long side = (long) samples * classes;
        if (side * side > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "the kernel of %d samples and %d classes has too many values".formatted(samples, classes));
        }
        return (int) side;
    }
}
