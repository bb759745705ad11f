package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Positions} learns. Each position's vector is added to one token, so the table's gradient is B_i itself; the class
 * token's is B_i at the first position.
 */
final class GradientOfPositions implements GradientFormula {

    private final boolean withClassToken;
    private final @Nullable NDArray direction;
    private final @Nullable NDArray tokenDirection;
    private final GradientScratch scratch;

    /**
     * @param direction V for the table [1, positions, D], or null
     * @param tokenDirection V for the class token [1, 1, D], or null
     */
    GradientOfPositions(
            boolean withClassToken,
            @Nullable NDArray direction,
            @Nullable NDArray tokenDirection,
            GradientScratch scratch) {
        this.withClassToken = withClassToken;
        this.direction = direction;
        this.tokenDirection = tokenDirection;
        this.scratch = scratch;
    }

    @Override
    public void add(NDArray input, NDArray gradient, GradientSums sums) {
        int samples = (int) gradient.getShape().get(0);
        int step = scratch.samples(2L * Float.BYTES * gradient.size() / samples);
        for (int from = 0; from < samples; from += step) {
            int to = Math.min(samples, from + step);
            try (NDManager manager = gradient.getManager().newSubManager()) {
                NDArray b = GradientTensors.slice(gradient, from, to, manager);
                GradientSums slice = sums.slice(from, to, manager);
                slice.addGradients(b, direction);
                if (withClassToken) {
                    slice.addGradients(
                            GradientTensors.box(b, new long[] {0, 0}, new long[] {to - from, 1}, new long[] {1, 1}),
                            tokenDirection);
                }
            }
        }
    }
}
