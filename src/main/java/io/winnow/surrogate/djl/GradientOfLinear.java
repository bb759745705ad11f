package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.GradientMatrices.Form;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer's weight and bias. On a flat input a_i [D] with output gradient b_i [O] the weight's gradient is b_i a_iᵀ, so
 * its squared norm is ‖a_i‖²·‖b_i‖²; on P tokens [P, D] it is B_iᵀA_i.
 */
final class GradientOfLinear implements GradientFormula {

    private final boolean biased;
    private final @Nullable NDArray direction;
    private final @Nullable NDArray biasDirection;
    private final GradientScratch scratch;
    private final @Nullable Form forced;

    /**
     * @param direction V for the weight [O, D], or null
     * @param biasDirection V for the bias [O], or null
     * @param forced the form to use on tokens whatever it costs, or null for the cheaper
     */
    GradientOfLinear(
            boolean biased,
            @Nullable NDArray direction,
            @Nullable NDArray biasDirection,
            GradientScratch scratch,
            @Nullable Form forced) {
        this.biased = biased;
        this.direction = direction;
        this.biasDirection = biasDirection;
        this.scratch = scratch;
        this.forced = forced;
    }

    @Override
    public void add(NDArray input, NDArray gradient, GradientSums sums) {
        if (input.getShape().dimension() == 2) {
            addFlat(input, gradient, sums);
        } else {
            addTokens(input, gradient, sums);
        }
    }

    private void addFlat(NDArray input, NDArray gradient, GradientSums sums) {
        NDArray squares = input.square().sum(new int[] {1});
        if (biased) {
            squares.addi(1);
        }
        sums.squaredNorms().addi(squares.muli(gradient.square().sum(new int[] {1})));
        if (direction != null) {
            NDArray output = input.matMul(direction.transpose());
            sums.addDots(biasDirection == null ? output : output.addi(biasDirection), gradient);
        }
    }

    private void addTokens(NDArray input, NDArray gradient, GradientSums sums) {
        Shape shape = input.getShape();
        int samples = (int) shape.get(0);
        long in = shape.get(shape.dimension() - 1);
        long positions = shape.size() / samples / in;
        NDArray a = input.reshape(samples, positions, in);
        NDArray b = gradient.reshape(samples, positions, -1);
        long out = b.getShape().get(2);
        Form form = form(positions, in, out);
        long outputs = outputsAtATime(form, positions, in, out);
        int step = scratch.samples(bytes(form, positions, in, outputs));
        for (int from = 0; from < samples; from += step) {
            int to = Math.min(samples, from + step);
            try (NDManager manager = input.getManager().newSubManager()) {
                NDArray x = GradientTensors.slice(a, from, to, manager);
                NDArray y = GradientTensors.slice(b, from, to, manager);
                GradientSums slice = sums.slice(from, to, manager);
                if (form == Form.GRAM) {
                    NDArray v = direction == null
                            ? null
                            : GradientTensors.view(direction, manager)
                                    .transpose()
                                    .expandDims(0);
                    GradientMatrices.addGram(x, y, v, slice);
                } else {
                    addDirect(x, y, outputs, slice);
                }
                if (biased) {
                    slice.addGradients(y.sum(new int[] {1}), biasDirection);
                }
            }
        }
    }

    /** Norms of parts of the weight add up, so one too large for the bound is done in parts. */
    private void addDirect(NDArray x, NDArray y, long outputsAtATime, GradientSums sums) {
        Shape shape = y.getShape();
        long out = shape.get(2);
        for (long from = 0; from < out; from += outputsAtATime) {
            long to = Math.min(out, from + outputsAtATime);
            try (NDManager manager = y.getManager().newSubManager()) {
                NDArray part = GradientTensors.box(
                        GradientTensors.view(y, manager),
                        new long[] {0, 0, from},
                        new long[] {shape.get(0), shape.get(1), to},
                        new long[] {1, 1, 1});
                NDArray v = direction == null
                        ? null
                        : GradientTensors.slice(direction, from, to, manager).reshape(-1);
                GradientMatrices.addDirect(x, part, v, sums);
            }
        }
    }

    private Form form(long positions, long in, long out) {
        if (forced != null) {
            return forced;
        }
        Form cheaper = GradientMatrices.cheaper(positions, in, out);
        return cheaper == Form.GRAM && scratch.fits(bytes(Form.GRAM, positions, in, out)) ? Form.GRAM : Form.DIRECT;
    }

    private long outputsAtATime(Form form, long positions, long in, long out) {
        long outputs = out;
        while (form == Form.DIRECT && outputs > 1 && !scratch.fits(bytes(form, positions, in, outputs))) {
            outputs = (outputs + 1) / 2;
        }
        return outputs;
    }

    /** Of one sample. */
    private long bytes(Form form, long positions, long in, long outputs) {
        long applied = form == Form.GRAM && direction != null ? positions * outputs : 0;
        return Float.BYTES * (GradientMatrices.numbers(form, positions, in, outputs) + applied);
    }
}
