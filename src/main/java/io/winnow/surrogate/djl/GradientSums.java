package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What the layers seen so far add up to for each sample of a micro-batch.
 *
 * @param squaredNorms [n], Σ over layers of ‖∇ℓ‖²
 * @param dots [n], Σ over layers of ⟨∇ℓ, V⟩, or null without a direction V
 */
record GradientSums(NDArray squaredNorms, @Nullable NDArray dots) {

    static GradientSums zeros(NDManager manager, int samples, boolean dots) {
        Shape shape = new Shape(samples);
        return new GradientSums(manager.zeros(shape), dots ? manager.zeros(shape) : null);
    }

    /** A view of the samples {@code from} … {@code to}−1, owned by a manager: what is added to it is added here. */
    GradientSums slice(int from, int to, NDManager manager) {
        return new GradientSums(
                GradientTensors.slice(squaredNorms, from, to, manager),
                dots == null ? null : GradientTensors.slice(dots, from, to, manager));
    }

    /** Adds ‖gradient_i‖² and ⟨gradient_i, direction⟩ of a parameter whose per-sample gradients are at hand, [n, …]. */
    void addGradients(NDArray gradients, @Nullable NDArray direction) {
        NDArray rows = gradients.reshape(gradients.getShape().get(0), -1);
        squaredNorms.addi(rows.square().sum(new int[] {1}));
        if (dots != null && direction != null) {
            dots.addi(rows.matMul(direction.reshape(-1)));
        }
    }

    /** Adds Σ left_i ∘ right_i for each sample; arrays [n · groups, …] hold a sample's groups one after the other. */
    void addDots(NDArray left, NDArray right) {
        if (dots != null) {
            dots.addi(left.mul(right).reshape(dots.size(), -1).sum(new int[] {1}));
        }
    }
}
