package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import io.winnow.surrogate.djl.Convolution.Geometry;
import io.winnow.surrogate.djl.GradientMatrices.Form;
import org.jspecify.annotations.Nullable;

/** A convolution's kernels, by {@link KernelProducts}, and its bias, whose gradient is Σ_p B_i. */
final class GradientOfConvolution implements GradientFormula {

    /** Channels from which on products by rows of the window are wide enough, measured. */
    private static final int CHANNELS_FOR_ROWS = 16;

    private final Geometry geometry;
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
        this.scratch = scratch;
        this.forced = forced;
        this.outputScale = outputScale;
        this.direction = direction;
        this.biasDirection = biasDirection;
    }

    @Override
    public void add(NDArray input, NDArray gradient, GradientSums sums) {
        NDArray x = GradientTensors.channelsLast(input);
        NDArray b = GradientTensors.channelsLast(gradient);
        KernelProducts products = products(x.getShape(), b.getShape());
        Form form = form(products, b.getShape());
        int parts = partsAtATime(products, form, b.getShape());
        int samples = (int) b.getShape().get(0);
        int step = scratch.samples(bytes(products, form, parts, b.getShape()));
        for (int from = 0; from < samples; from += step) {
            int to = Math.min(samples, from + step);
            try (NDManager manager = input.getManager().newSubManager()) {
                addSlice(
                        products,
                        form,
                        parts,
                        GradientTensors.slice(x, from, to, manager),
                        GradientTensors.slice(b, from, to, manager),
                        sums.slice(from, to, manager));
            }
        }
    }

    private KernelProducts products(Shape input, Shape output) {
        return geometry.groups() == 1 && geometry.in() >= CHANNELS_FOR_ROWS
                ? new KernelByRows(geometry, input, output)
                : new KernelByWindow(geometry, input, output);
    }

    private Form form(KernelProducts products, Shape output) {
        if (forced != null) {
            return forced;
        }
        boolean gram =
                products.cheaper() == Form.GRAM && scratch.fits(bytes(products, Form.GRAM, products.parts(), output));
        return gram ? Form.GRAM : Form.DIRECT;
    }

    /** Norms of parts of the kernels add up, so a sample too large for the bound is done in parts. */
    private int partsAtATime(KernelProducts products, Form form, Shape output) {
        int parts = products.parts();
        while (form == Form.DIRECT && parts > 1 && !scratch.fits(bytes(products, form, parts, output))) {
            parts = (parts + 1) / 2;
        }
        return parts;
    }

    /** Of one sample. */
    private long bytes(KernelProducts products, Form form, int parts, Shape output) {
        long numbers = output.size() / output.get(0);
        long copies = (outputScale == null ? 0 : 1) + (form == Form.GRAM && direction != null ? 2 : 0);
        return products.bytes(form, parts) + Float.BYTES * copies * numbers;
    }

    private void addSlice(KernelProducts products, Form form, int parts, NDArray x, NDArray b, GradientSums sums) {
        NDArray outputs = outputScale == null ? b : b.mul(outputScale);
        for (int from = 0; from < products.parts(); from += parts) {
            int to = Math.min(products.parts(), from + parts);
            try (NDManager manager = x.getManager().newSubManager()) {
                products.add(
                        form,
                        GradientTensors.view(x, manager),
                        GradientTensors.view(outputs, manager),
                        from,
                        to,
                        direction == null ? null : GradientTensors.view(direction, manager),
                        sums);
            }
        }
        if (form == Form.GRAM && direction != null) {
            sums.addDots(GradientTensors.channelsLast(applied(x)), outputs);
        }
        if (geometry.biased()) {
            sums.addGradients(outputs.sum(new int[] {1, 2}), biasDirection);
        }
    }

    /** The output that the kernels V would make, [n, O, H', W']. */
    private NDArray applied(NDArray x) {
        NDArray kernels = GradientTensors.view(direction, x.getManager()).transpose(0, 3, 1, 2);
        return Conv2d.conv2d(
                        x.transpose(0, 3, 1, 2),
                        kernels,
                        null,
                        new Shape(geometry.stride(), geometry.stride()),
                        new Shape(geometry.padding(), geometry.padding()),
                        new Shape(geometry.dilation(), geometry.dilation()),
                        geometry.groups())
                .singletonOrThrow();
    }
}
