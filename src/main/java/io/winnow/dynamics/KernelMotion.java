package io.winnow.dynamics;

import io.winnow.surrogate.TangentKernel;

/** How tangent kernels of the same samples differ. */
final class KernelMotion {

    private KernelMotion() {}

    /**
     * The velocity v = 1 − ⟨K, K'⟩ / (‖K‖·‖K'‖), with the Frobenius product: 0 where the kernel keeps its direction, at most 1
     * for kernels, which have no negative product. NaN when one of them is zero.
     */
    static double velocity(TangentKernel before, TangentKernel after) {
        if (before.samples() != after.samples() || before.classes() != after.classes()) {
            throw new IllegalArgumentException("kernels of different samples have no velocity");
        }
        double cosine = product(before, after) / Math.sqrt(product(before, before) * product(after, after));
        return cosine > 1 ? 0 : 1 - cosine;
    }

    /** ⟨K, K'⟩ = Σ K ∘ K'. */
    static double product(TangentKernel one, TangentKernel other) {
        double sum = 0;
        int side = one.side();
        // Row by row, so that no digits are lost in one long sum.
        for (int row = 0; row < side; row++) {
            double ofRow = 0;
            for (int at = row * side, end = at + side; at < end; at++) {
                ofRow += one.values()[at] * other.values()[at];
            }
            sum += ofRow;
        }
        return sum;
    }
}
