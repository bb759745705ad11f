package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.Convolution.Geometry;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of each channel alone. Its gradient has one number a channel and element of the window, Σ_p x_i[p + offset] ∘
 * B_i[p]: products by channel and their sum over the positions, where matrices of one row would cost a call each.
 */
final class GradientOfDepthwise implements GradientFormula {

    private final Geometry geometry;
    private final GradientPatches patches;
    private final @Nullable NDArray outputScale;
    private final @Nullable NDArray direction;
    private final @Nullable NDArray biasDirection;
    private final GradientScratch scratch;

    /**
     * @param geometry with as many groups as channels read and written
     * @param outputScale where the gradient that comes in is that of a fixed rescaling of the output by channel, the factors
     *     [C]; else null
     * @param direction V for the kernels, stored layout [C, k, k, 1], or null
     * @param biasDirection V for the bias [C], or null
     */
    GradientOfDepthwise(
            Geometry geometry,
            @Nullable NDArray outputScale,
            @Nullable NDArray direction,
            @Nullable NDArray biasDirection,
            GradientScratch scratch) {
        if (!applies(geometry)) {
            throw new IllegalArgumentException("%s mixes channels".formatted(geometry));
        }
        this.geometry = geometry;
        this.patches = new GradientPatches(geometry);
        this.outputScale = outputScale;
        this.direction = direction;
        this.biasDirection = biasDirection;
        this.scratch = scratch;
    }

    static boolean applies(Geometry geometry) {
        return geometry.groups() > 1 && geometry.groups() == geometry.in() && geometry.groups() == geometry.out();
    }

    @Override
    public void add(NDArray input, NDArray gradient, GradientSums sums) {
        NDArray x = GradientTensors.channelsLast(input);
        NDArray b = GradientTensors.channelsLast(gradient);
        int samples = (int) b.getShape().get(0);
        int step = scratch.samples(bytesOfOneSample(x.getShape(), b.getShape()));
        for (int from = 0; from < samples; from += step) {
            int to = Math.min(samples, from + step);
            try (NDManager manager = input.getManager().newSubManager()) {
                NDArray outputs = GradientTensors.slice(b, from, to, manager);
                if (outputScale != null) {
                    outputs = outputs.mul(outputScale);
                }
                NDArray padded = patches.padded(GradientTensors.slice(x, from, to, manager));
                addSlice(padded, outputs, sums.slice(from, to, manager));
            }
        }
    }

    private long bytesOfOneSample(Shape input, Shape output) {
        long p = 2L * geometry.padding();
        long padded = p == 0 ? 0 : (input.get(1) + p) * (input.get(2) + p) * geometry.in();
        long outputs = output.get(1) * output.get(2) * geometry.out();
        return Float.BYTES * (padded + (outputScale == null ? 1 : 2) * outputs);
    }

    private void addSlice(NDArray padded, NDArray outputs, GradientSums sums) {
        Shape shape = outputs.getShape();
        int[] positions = {1, 2};
        for (int offset = 0; offset < patches.offsets(); offset++) {
            try (NDManager manager = padded.getManager().newSubManager()) {
                NDArray read = patches.read(GradientTensors.view(padded, manager), shape.get(1), shape.get(2), offset);
                sums.addGradients(read.mul(outputs).sum(positions), direction(offset, manager));
            }
        }
        if (geometry.biased()) {
            sums.addGradients(outputs.sum(positions), biasDirection);
        }
    }

    /** V for one element of the window, [C]. */
    private @Nullable NDArray direction(int offset, NDManager manager) {
        if (direction == null) {
            return null;
        }
        NDArray stored = GradientTensors.view(direction, manager).reshape(geometry.out(), patches.offsets());
        return GradientTensors.box(
                stored, new long[] {0, offset}, new long[] {geometry.out(), offset + 1}, new long[] {1, 1});
    }
}
