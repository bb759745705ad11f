package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.Convolution.Geometry;
import io.winnow.surrogate.djl.GradientMatrices.Form;
import org.jspecify.annotations.Nullable;

/**
 * For each position of the output the inputs under the whole window, A_i [P, k² · C / groups], so that the kernels' gradient is
 * B_iᵀA_i: for few channels, whose products would otherwise be too thin to be fast, and for groups. The parts are the window's
 * elements.
 */
final class KernelByWindow implements KernelProducts {

    private final Geometry geometry;
    private final GradientPatches patches;
    private final long inputs;
    private final long height;
    private final long width;
    private final long in;
    private final long out;

    /**
     * @param input [n, H, W, C]
     * @param output [n, H', W', O]
     */
    KernelByWindow(Geometry geometry, Shape input, Shape output) {
        this.geometry = geometry;
        this.patches = new GradientPatches(geometry);
        long p = 2L * geometry.padding();
        this.inputs = (input.get(1) + p) * (input.get(2) + p) * geometry.in();
        this.height = output.get(1);
        this.width = output.get(2);
        this.in = geometry.in() / geometry.groups();
        this.out = geometry.out() / geometry.groups();
    }

    @Override
    public int parts() {
        return patches.offsets();
    }

    @Override
    public Form cheaper() {
        return GradientMatrices.cheaper(height * width, in * patches.offsets(), out);
    }

    @Override
    public long bytes(Form form, int parts) {
        long positions = height * width;
        long copies = geometry.groups() == 1 ? 1 : 2;
        long read = copies * positions * parts * geometry.in();
        long products = geometry.groups() * GradientMatrices.numbers(form, positions, in * parts, out);
        return Float.BYTES * (2 * inputs + read + products + (copies - 1) * positions * geometry.out());
    }

    @Override
    public void add(
            Form form,
            NDArray input,
            NDArray gradient,
            int from,
            int to,
            @Nullable NDArray direction,
            GradientSums sums) {
        NDArray a = patches.patches(patches.padded(input), height, width, from, to);
        NDArray b = patches.outputs(gradient);
        if (form == Form.GRAM) {
            GradientMatrices.addGram(a, b, null, sums);
        } else {
            GradientMatrices.addDirect(a, b, direction == null ? null : part(direction, from, to), sums);
        }
    }

    /** The part of V that the window's elements from … to−1 meet. */
    private NDArray part(NDArray direction, int from, int to) {
        return GradientTensors.box(
                        direction.reshape(geometry.out(), patches.offsets(), in),
                        new long[] {0, from},
                        new long[] {geometry.out(), to},
                        new long[] {1, 1})
                .reshape(-1);
    }
}
