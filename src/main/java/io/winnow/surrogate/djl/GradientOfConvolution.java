package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.Convolution.Geometry;
import io.winnow.surrogate.djl.GradientMatrices.Form;
import org.jspecify.annotations.Nullable;

/**
 * A convolution's kernels and bias. With A_i the patches of the input [P, K] (K = k² · C / groups), the kernels' gradient is
 * B_iᵀA_i and the bias's Σ_p B_i.
 */
final class GradientOfConvolution implements GradientFormula {

    private final Geometry geometry;
    private final GradientPatches patches;
    private final GradientScratch scratch;
    private final @Nullable Form forced;
    private final @Nullable NDArray direction;
    private final @Nullable NDArray biasDirection;
    private final @Nullable NDArray outputScale;

    /**
     * @param outputScale where the gradient that comes in is that of a fixed rescaling of the output by channel, the factors
     *     [out]; else null
     * @param direction V for the kernels, stored layout [out, k, k, in / groups], or null
     * @param biasDirection V for the bias [out], or null
     * @param forced the form to use whatever it costs, or null for the cheaper
     */
    GradientOfConvolution(
            Geometry geometry,
            @Nullable NDArray outputScale,
            @Nullable NDArray direction,
            @Nullable NDArray biasDirection,
            GradientScratch scratch,
            @Nullable Form forced) {
        this.geometry = geometry;
        this.patches = new GradientPatches(geometry);
        this.scratch = scratch;
        this.forced = forced;
        this.outputScale = outputScale;
        this.direction = direction;
        this.biasDirection = biasDirection;
    }

    @Override
    public void add(NDArray input, NDArray gradient, GradientSums sums) {
        new Work(GradientTensors.channelsLast(input), GradientTensors.channelsLast(gradient)).add(sums);
    }

    /** One batch: its sizes and how it is cut. */
    private final class Work {

        private final NDArray input;
        private final NDArray gradient;
        private final int samples;
        private final long height;
        private final long width;
        private final long in;
        private final long out;
        private final Form form;
        private final int offsetsAtATime;
        private final int samplesAtATime;

        Work(NDArray input, NDArray gradient) {
            this.input = input;
            this.gradient = gradient;
            Shape shape = gradient.getShape();
            this.samples = (int) shape.get(0);
            this.height = shape.get(1);
            this.width = shape.get(2);
            this.in = geometry.in() / geometry.groups();
            this.out = geometry.out() / geometry.groups();
            this.form = form();
            this.offsetsAtATime = offsetsAtATime();
            this.samplesAtATime = Math.min(samples, scratch.samples(bytes(form, offsetsAtATime)));
        }

        private Form form() {
            if (forced != null) {
                return forced;
            }
            Form cheaper = GradientMatrices.cheaper(height * width, in * patches.offsets(), out);
            return cheaper == Form.GRAM && scratch.fits(bytes(Form.GRAM, patches.offsets())) ? Form.GRAM : Form.DIRECT;
        }

        /** Norms of parts of the kernel add up, so a sample too large for the bound is done in parts. */
        private int offsetsAtATime() {
            int offsets = patches.offsets();
            while (form == Form.DIRECT && offsets > 1 && !scratch.fits(bytes(form, offsets))) {
                offsets = (offsets + 1) / 2;
            }
            return offsets;
        }

        /** Of one sample. */
        private long bytes(Form form, int offsets) {
            Shape shape = input.getShape();
            long p = 2L * geometry.padding();
            long padded = p == 0 ? 0 : (shape.get(1) + p) * (shape.get(2) + p) * geometry.in();
            long positions = height * width;
            long copies = geometry.groups() == 1 ? 1 : 2;
            long read = copies * positions * offsets * geometry.in();
            long products = geometry.groups() * GradientMatrices.numbers(form, positions, in * offsets, out);
            long outputs = (copies - (outputScale == null ? 1 : 0)) * positions * geometry.out();
            return Float.BYTES * (padded + read + products + outputs);
        }

        void add(GradientSums sums) {
            for (int from = 0; from < samples; from += samplesAtATime) {
                int to = Math.min(samples, from + samplesAtATime);
                try (NDManager manager = input.getManager().newSubManager()) {
                    NDArray x = GradientTensors.slice(input, from, to, manager);
                    NDArray b = GradientTensors.slice(gradient, from, to, manager);
                    if (outputScale != null) {
                        b = b.mul(outputScale);
                    }
                    addSlice(patches.padded(x), b, sums.slice(from, to, manager));
                }
            }
        }

        private void addSlice(NDArray padded, NDArray b, GradientSums sums) {
            NDArray outputs = patches.outputs(b);
            for (int from = 0; from < patches.offsets(); from += offsetsAtATime) {
                int to = Math.min(patches.offsets(), from + offsetsAtATime);
                try (NDManager manager = padded.getManager().newSubManager()) {
                    NDArray a = patches.patches(GradientTensors.view(padded, manager), height, width, from, to);
                    NDArray g = GradientTensors.view(outputs, manager);
                    NDArray v = direction == null ? null : direction(from, to, manager);
                    if (form == Form.DIRECT) {
                        GradientMatrices.addDirect(a, g, v, sums);
                    } else {
                        GradientMatrices.addGram(a, g, v, sums);
                    }
                }
            }
            if (geometry.biased()) {
                sums.addGradients(b.sum(new int[] {1, 2}), biasDirection);
            }
        }

        /** The part of V that the window's elements from … to−1 meet, as the form wants it. */
        private NDArray direction(int from, int to, NDManager manager) {
            NDArray stored = GradientTensors.view(direction, manager).reshape(geometry.out(), patches.offsets(), in);
            NDArray part = GradientTensors.box(
                    stored, new long[] {0, from}, new long[] {geometry.out(), to}, new long[] {1, 1});
            return form == Form.DIRECT
                    ? part.reshape(-1)
                    : part.reshape(geometry.groups(), out, -1).transpose(0, 2, 1);
        }
    }
}
