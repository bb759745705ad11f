package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * A normalisation's scale γ and shift β, y = γ ∘ x̂ + β: their gradients are Σ_p B_i ∘ x̂_i and Σ_p B_i over the positions p.
 */
final class GradientOfScale implements GradientFormula {

    /** How a layer normalises. */
    @FunctionalInterface
    interface Normaliser {

        /**
         * The scale's gradients Σ_p B_i ∘ x̂_i.
         *
         * @param input x [n, P, C]
         * @param gradient B [n, P, C]
         * @param sums Σ_p B_i [n, C]
         */
        NDArray scaleGradients(NDArray input, NDArray gradient, NDArray sums);
    }

    private final Normaliser normaliser;
    private final @Nullable NDArray direction;
    private final @Nullable NDArray shiftDirection;
    private final GradientScratch scratch;

    /**
     * @param direction V for the scale [C], or null
     * @param shiftDirection V for the shift [C], or null
     */
    GradientOfScale(
            Normaliser normaliser,
            @Nullable NDArray direction,
            @Nullable NDArray shiftDirection,
            GradientScratch scratch) {
        this.normaliser = normaliser;
        this.direction = direction;
        this.shiftDirection = shiftDirection;
        this.scratch = scratch;
    }

    /**
     * Batch normalisation with fixed statistics: x̂ = (x − mean) · deviation⁻¹ by channel, hence Σ_p B ∘ x̂ = (Σ_p B ∘ x − mean
     * · Σ_p B) · deviation⁻¹, which passes over the positions once.
     *
     * @param mean [C]
     * @param inverseDeviation [C], 1 / √(variance + ε)
     */
    static Normaliser fixed(NDArray mean, NDArray inverseDeviation) {
        return (x, b, sums) -> x.mul(b).sum(new int[] {1}).subi(sums.mul(mean)).muli(inverseDeviation);
    }

    /** Layer normalisation: x̂ has mean 0 and variance 1 (before ε) over the last axis. */
    static Normaliser overLastAxis(double epsilon) {
        return (x, b, sums) -> {
            int[] last = {x.getShape().dimension() - 1};
            NDArray centred = x.sub(x.mean(last, true));
            NDArray variance = centred.square().mean(last, true);
            return centred.divi(variance.addi(epsilon).sqrt()).muli(b).sum(new int[] {1});
        };
    }

    @Override
    public void add(NDArray input, NDArray gradient, GradientSums sums) {
        NDArray a = positions(input);
        NDArray b = positions(gradient);
        int samples = (int) a.getShape().get(0);
        int step = scratch.samples(3L * Float.BYTES * a.getShape().size() / samples);
        for (int from = 0; from < samples; from += step) {
            int to = Math.min(samples, from + step);
            try (NDManager manager = input.getManager().newSubManager()) {
                NDArray g = GradientTensors.slice(b, from, to, manager);
                NDArray x = GradientTensors.slice(a, from, to, manager);
                NDArray shifts = g.sum(new int[] {1});
                GradientSums slice = sums.slice(from, to, manager);
                slice.addGradients(normaliser.scaleGradients(x, g, shifts), direction);
                slice.addGradients(shifts, shiftDirection);
            }
        }
    }

    /** Pictures [n, C, H, W], tokens [n, P, C] or vectors [n, C] as [n, P, C]. */
    static NDArray positions(NDArray array) {
        long samples = array.getShape().get(0);
        return switch (array.getShape().dimension()) {
            case 2 -> array.expandDims(1);
            case 4 ->
                GradientTensors.channelsLast(array)
                        .reshape(samples, -1, array.getShape().get(1));
            default ->
                array.reshape(samples, -1, array.getShape().get(array.getShape().dimension() - 1));
        };
    }
}
