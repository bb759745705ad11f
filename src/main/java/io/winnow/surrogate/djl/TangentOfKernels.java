package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.Convolution.Geometry;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Some outputs of a convolution's kernels, or some groups of a grouped one. With A_i [P, I] what the window reads at each
 * position and B_ik [P, O] the gradients for the outputs, a sample and class has the gradient G_ik = B_ikᵀA_i [O, I]. The
 * kernel's part has two forms: <em>direct</em>, ⟨G_ik, G_jl⟩, from blocks of outputs of all samples' gradients, and
 * <em>Gram</em>, Σ_{p, q} (A_iA_jᵀ)[p, q] · (B_ikB_jlᵀ)[p, q], which is far cheaper where positions are few.
 *
 * <p>A linear layer on tokens is a convolution with a window of one.
 */
final class TangentOfKernels implements TangentTerm {

    private final long samples;
    private final long classes;
    private final Geometry whole;
    private final TangentPlaces places;
    private final long fromUnit;
    private final long units;
    private final UnaryOperator<NDArray> channelsLast;
    private final @Nullable NDArray outputScale;
    private final GradientScratch scratch;
    private @Nullable TangentStore store;
    private @Nullable NDArray read;
    private @Nullable NDArray gradients;

    /**
     * @param whole the convolution; its units are its outputs, or with groups its groups
     * @param units how many, from {@code fromUnit} on
     * @param channelsLast what the layer reads or the gradient of what it writes as [n, height, width, channels]
     * @param outputScale as in {@link GradientOfConvolution}
     */
    TangentOfKernels(
            long samples,
            long classes,
            Geometry whole,
            TangentPlaces places,
            long fromUnit,
            long units,
            UnaryOperator<NDArray> channelsLast,
            @Nullable NDArray outputScale,
            GradientScratch scratch) {
        this.samples = samples;
        this.classes = classes;
        this.whole = whole;
        this.places = places;
        this.fromUnit = fromUnit;
        this.units = units;
        this.channelsLast = channelsLast;
        this.outputScale = outputScale;
        this.scratch = scratch;
    }

    static long units(Geometry geometry) {
        return geometry.groups() == 1 ? geometry.out() : geometry.groups();
    }

    private boolean grouped() {
        return whole.groups() > 1;
    }

    /** Channels read by some units. */
    private long inputs(long count) {
        return grouped() ? count * (whole.in() / whole.groups()) : whole.in();
    }

    /** Channels written by some units. */
    private long outputs(long count) {
        return grouped() ? count * (whole.out() / whole.groups()) : count;
    }

    /** I, numbers under the window of one group. */
    private long window() {
        return (long) whole.kernel() * whole.kernel() * (whole.in() / whole.groups());
    }

    private long positions() {
        return places.outHeight() * places.outWidth();
    }

    @Override
    public long bytes() {
        long stored = places.height() * places.width() * inputs(units) + classes * outputs(units) * positions();
        return Float.BYTES * samples * stored;
    }

    @Override
    public void open(NDManager manager) {
        store = new TangentStore(manager);
        read = store.zeros(samples, places.height(), places.width(), inputs(units));
        gradients = store.zeros(samples, classes, outputs(units), positions());
    }

    @Override
    public void see(int from, int k, NDArray input, NDArray gradient) {
        long to = from + input.getShape().get(0);
        if (k == 0) {
            long first = grouped() ? inputs(fromUnit) : 0;
            NDArray x = channels(channelsLast.apply(input), first, inputs(units));
            TangentStore.fill(read, new long[] {from}, new long[] {to}, x);
        }
        NDArray b = channelsLast.apply(gradient);
        NDArray some = channels(outputScale == null ? b : b.mul(outputScale), outputs(fromUnit), outputs(units));
        TangentStore.fill(gradients, new long[] {from, k}, new long[] {to, k + 1}, some.transpose(0, 3, 1, 2));
    }

    /** A view of some channels of [n, H, W, C]. */
    private static NDArray channels(NDArray pictures, long from, long count) {
        long[] to = pictures.getShape().getShape().clone();
        to[3] = from + count;
        return GradientTensors.box(pictures, new long[] {0, 0, 0, from}, to, new long[] {1, 1, 1, 1});
    }

    @Override
    public void addTo(NDArray kernel) {
        if (!grouped() && gramIsCheaper() && gramFits()) {
            addGram(kernel);
            return;
        }
        long bytesOfOneUnit = Float.BYTES * samples * classes * outputs(1) * window();
        long step = Math.max(1, Math.min(units, scratch.maxBytes() / 2 / bytesOfOneUnit));
        for (long from = 0; from < units; from += step) {
            addDirect(from, Math.min(units, from + step), kernel);
        }
    }

    private void addDirect(long from, long to, NDArray kernel) {
        Geometry part = part(to - from);
        GradientPatches patches = new GradientPatches(part);
        long width = outputs(to - from) * window();
        int step = scratch.samples(bytesOfOneSample(to - from));
        try (NDManager scope = store.manager().newSubManager()) {
            NDArray rows = scope.zeros(new Shape(samples * classes, width));
            for (long i = 0; i < samples; i += step) {
                long end = Math.min(samples, i + step);
                try (NDManager slice = scope.newSubManager()) {
                    NDArray x = GradientTensors.slice(read, i, end, slice);
                    NDArray a = laidOut(patches, grouped() ? channels(x, inputs(from), inputs(to - from)) : x);
                    NDArray b = GradientTensors.box(
                                    GradientTensors.view(gradients, slice),
                                    new long[] {i, 0, outputs(from)},
                                    new long[] {end, classes, outputs(to)},
                                    new long[] {1, 1, 1})
                            .reshape(end - i, classes, part.groups(), -1, positions())
                            .transpose(0, 2, 1, 3, 4)
                            .reshape((end - i) * part.groups(), -1, positions());
                    NDArray found = b.batchMatMul(a)
                            .reshape(end - i, part.groups(), classes, -1)
                            .transpose(0, 2, 1, 3);
                    TangentStore.fill(rows, new long[] {i * classes}, new long[] {end * classes}, found);
                }
            }
            TangentStore.addProducts(rows, kernel);
        }
    }

    /** The convolution of some units alone. */
    private Geometry part(long count) {
        return new Geometry(
                (int) inputs(count),
                (int) outputs(count),
                whole.kernel(),
                whole.stride(),
                whole.padding(),
                whole.dilation(),
                grouped() ? (int) count : 1,
                false);
    }

    private NDArray laidOut(GradientPatches patches, NDArray x) {
        return patches.patches(patches.padded(x), places.outHeight(), places.outWidth(), 0, patches.offsets());
    }

    private long bytesOfOneSample(long count) {
        long laid = 3 * positions() * window() * (grouped() ? count : 1);
        long found = 2 * classes * outputs(count) * (window() + positions());
        return Float.BYTES * (laid + found);
    }

    /** By multiply-adds for one pair of samples; the Gram form's pairs are done once for both of their orders. */
    private boolean gramIsCheaper() {
        long p = positions();
        long direct = classes * classes * units * window();
        long gram = p * p * window() + classes * classes * p * p * (units + 2 * GradientMatrices.COST_OF_A_NUMBER);
        return gram / 2 < direct;
    }

    private boolean gramFits() {
        long p = positions();
        long laid = Float.BYTES * samples * (3 * p * window() + classes * p * units);
        return laid <= scratch.maxBytes() / 2 && 2 * bytesOfOnePair() <= scratch.maxBytes();
    }

    private long bytesOfOnePair() {
        return 2L * Float.BYTES * classes * positions() * classes * positions();
    }

    private void addGram(NDArray kernel) {
        long p = positions();
        long step = (long) Math.max(1, Math.sqrt((double) scratch.targetBytes() / bytesOfOnePair()));
        try (NDManager scope = store.manager().newSubManager()) {
            NDArray a = laidOut(new GradientPatches(part(units)), GradientTensors.view(read, scope))
                    .reshape(samples * p, -1);
            NDArray b =
                    GradientTensors.view(gradients, scope).transpose(0, 1, 3, 2).reshape(samples * classes * p, units);
            for (long i = 0; i < samples; i += step) {
                for (long j = i; j < samples; j += step) {
                    addPairs(a, b, i, Math.min(samples, i + step), j, Math.min(samples, j + step), kernel);
                }
            }
        }
    }

    /** Samples i … iEnd−1 against j … jEnd−1, in both orders where they are not the same. */
    private void addPairs(NDArray a, NDArray b, long i, long iEnd, long j, long jEnd, NDArray kernel) {
        long p = positions();
        long rows = iEnd - i;
        long columns = jEnd - j;
        try (NDManager scope = a.getManager().newSubManager()) {
            NDArray inputs = GradientTensors.slice(a, i * p, iEnd * p, scope)
                    .matMul(GradientTensors.slice(a, j * p, jEnd * p, scope).transpose());
            NDArray products = GradientTensors.slice(b, i * classes * p, iEnd * classes * p, scope)
                    .matMul(GradientTensors.slice(b, j * classes * p, jEnd * classes * p, scope)
                            .transpose())
                    .reshape(rows, classes, p, columns, classes, p);
            products.muli(inputs.reshape(rows, 1, p, columns, 1, p));
            NDArray sums = products.sum(new int[] {2, 5}).reshape(rows * classes, columns * classes);
            box(kernel, i, iEnd, j, jEnd, scope).addi(sums);
            if (i != j) {
                box(kernel, j, jEnd, i, iEnd, scope).addi(sums.transpose());
            }
        }
    }

    private NDArray box(NDArray kernel, long i, long iEnd, long j, long jEnd, NDManager scope) {
        return GradientTensors.box(
                GradientTensors.view(kernel, scope),
                new long[] {i * classes, j * classes},
                new long[] {iEnd * classes, jEnd * classes},
                new long[] {1, 1});
    }

    @Override
    public void close() {
        store.close();
    }
}
