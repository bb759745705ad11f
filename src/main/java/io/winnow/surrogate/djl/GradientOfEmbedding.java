package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * An embedding's table. Row v has the gradient Σ_{p: token p is v} B_ip, so the squared norm is Σ_{p, q} [token p = token q]
 * ⟨B_ip, B_iq⟩: the Gram form with the tokens' equality in the place of the inputs' products. The table never appears.
 */
final class GradientOfEmbedding implements GradientFormula {

    private final @Nullable NDArray direction;
    private final GradientScratch scratch;

    /** @param direction V for the table [tokens, D], or null */
    GradientOfEmbedding(@Nullable NDArray direction, GradientScratch scratch) {
        this.direction = direction;
        this.scratch = scratch;
    }

    /** @param input tokens [n, P] as int64 */
    @Override
    public void add(NDArray input, NDArray gradient, GradientSums sums) {
        int samples = (int) input.getShape().get(0);
        long positions = input.getShape().get(1);
        long width = gradient.getShape().get(2);
        int step = scratch.samples(Float.BYTES * (3 * positions * positions + 2 * positions * width));
        for (int from = 0; from < samples; from += step) {
            int to = Math.min(samples, from + step);
            try (NDManager manager = input.getManager().newSubManager()) {
                NDArray tokens = GradientTensors.slice(input, from, to, manager);
                NDArray b = GradientTensors.slice(gradient, from, to, manager);
                GradientSums slice = sums.slice(from, to, manager);
                NDArray products = b.batchMatMul(b.transpose(0, 2, 1));
                NDArray equal = tokens.expandDims(2).eq(tokens.expandDims(1));
                products.muli(equal.toType(products.getDataType(), false));
                slice.squaredNorms().addi(products.reshape(to - from, -1).sum(new int[] {1}));
                if (direction != null) {
                    NDArray rows = GradientTensors.view(direction, manager)
                            .get(tokens.reshape(-1))
                            .reshape(b.getShape());
                    slice.addDots(rows, b);
                }
            }
        }
    }
}
