package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.Convolution.Geometry;
import io.winnow.surrogate.djl.GradientMatrices.Form;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The window is laid out along the picture's rows only: R_i [H · W', k · C] holds at each place the k columns under the window.
 * What row y of the window reads is then a range of R_i's rows, without a copy and without the zeros above and below the
 * picture, and the kernels' gradient is one product B_iᵀR_i for each y on those ranges. That is a k-th of the memory of whole
 * windows, and in the Gram form one product R_iR_iᵀ serves all y. With strides the picture's rows are dealt out by their
 * remainder, so that the ranges stay without gaps.
 *
 * <p>For one group; the parts are the window's columns.
 */
final class KernelByRows implements KernelProducts {

    private final Geometry geometry;
    private final long height;
    private final long columns;
    private final long out;
    private final long outHeight;
    private final long outWidth;
    private final List<WindowRow> rows;

    /**
     * What a row of the window meets: rows {@code input} … {@code input + count}−1 of the picture's rows with a remainder of
     * the division by the stride, for rows {@code output} … {@code output + count}−1 of the output.
     */
    private record WindowRow(int index, long remainder, long input, long output, long count) {}

    /**
     * @param input [n, H, W, C]
     * @param output [n, H', W', O]
     */
    KernelByRows(Geometry geometry, Shape input, Shape output) {
        this.geometry = geometry;
        this.height = input.get(1);
        this.columns = input.get(2) + 2L * geometry.padding();
        this.out = geometry.out();
        this.outHeight = output.get(1);
        this.outWidth = output.get(2);
        this.rows = IntStream.range(0, geometry.kernel())
                .mapToObj(this::row)
                .filter(row -> row.count() > 0)
                .toList();
    }

    private WindowRow row(int index) {
        long shift = (long) index * geometry.dilation() - geometry.padding();
        long remainder = Math.floorMod(shift, (long) geometry.stride());
        long ahead = Math.floorDiv(shift, (long) geometry.stride());
        long from = Math.max(0, -ahead);
        long to = Math.min(outHeight, picturesRows(remainder) - ahead);
        return new WindowRow(index, remainder, from + ahead, from, to - from);
    }

    /** Rows of a picture with a remainder. */
    private long picturesRows(long remainder) {
        return Math.max(0, (height - remainder + geometry.stride() - 1) / geometry.stride());
    }

    @Override
    public int parts() {
        return geometry.kernel();
    }

    @Override
    public Form cheaper() {
        long positions = outHeight * outWidth;
        long inputs = (long) geometry.kernel() * geometry.in();
        long direct = 0;
        long products = positions * positions;
        for (WindowRow row : rows) {
            direct += GradientMatrices.directCost(row.count() * outWidth, inputs, out);
            products += square(row.count() * outWidth);
        }
        long gram = positions * positions * out;
        for (long remainder : remainders()) {
            long places = square(picturesRows(remainder) * outWidth);
            gram += places * inputs;
            products += places;
        }
        return gram + GradientMatrices.COST_OF_A_NUMBER * products < direct ? Form.GRAM : Form.DIRECT;
    }

    @Override
    public long bytes(Form form, int parts) {
        long most = remainders().stream().mapToLong(this::picturesRows).max().orElse(0) * outWidth;
        long padded = geometry.padding() == 0 ? 0 : height * columns * geometry.in();
        long laid = most * parts * geometry.in();
        long products =
                form == Form.DIRECT ? parts * geometry.in() * out : 2 * square(outHeight * outWidth) + square(most);
        return Float.BYTES * (padded + laid + products);
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
        long samples = input.getShape().get(0);
        long p = geometry.padding();
        NDArray padded = p == 0 ? input : input.pad(new Shape(0, 0, p, p), 0);
        NDArray b = gradient.reshape(samples, outHeight * outWidth, out);
        NDArray outputs = form == Form.GRAM ? b.batchMatMul(b.transpose(0, 2, 1)) : b;
        for (long remainder : remainders()) {
            try (NDManager manager = input.getManager().newSubManager()) {
                NDArray laid = laidOut(GradientTensors.view(padded, manager), remainder, from, to);
                NDArray inputs = form == Form.GRAM ? laid.batchMatMul(laid.transpose(0, 2, 1)) : laid;
                for (WindowRow row : rows) {
                    if (row.remainder() != remainder) {
                        continue;
                    }
                    if (form == Form.GRAM) {
                        addGram(inputs, outputs, row, sums);
                    } else {
                        NDArray v = direction == null ? null : part(direction, row.index(), from, to);
                        GradientMatrices.addDirect(
                                range(inputs, row.input(), row.count()),
                                range(outputs, row.output(), row.count()),
                                v,
                                sums);
                    }
                }
            }
        }
    }

    private List<Long> remainders() {
        return rows.stream().map(WindowRow::remainder).distinct().toList();
    }

    /** The picture's rows with a remainder, at each place what the window's columns from … to−1 read. */
    private NDArray laidOut(NDArray padded, long remainder, int from, int to) {
        NDList parts = new NDList(to - from);
        long step = geometry.stride();
        Shape shape = padded.getShape();
        for (long column = from; column < to; column++) {
            long left = column * geometry.dilation();
            parts.add(GradientTensors.box(
                    padded,
                    new long[] {0, remainder, left},
                    new long[] {shape.get(0), height, left + step * (outWidth - 1) + 1},
                    new long[] {1, step, step}));
        }
        NDArray laid = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 3);
        return laid.reshape(shape.get(0), picturesRows(remainder) * outWidth, -1);
    }

    /** Places of some rows of pictures, of [n, places, …]. */
    private NDArray range(NDArray array, long row, long count) {
        return GradientTensors.box(
                array,
                new long[] {0, row * outWidth},
                new long[] {array.getShape().get(0), (row + count) * outWidth},
                new long[] {1, 1});
    }

    private void addGram(NDArray inputs, NDArray outputs, WindowRow row, GradientSums sums) {
        try (NDArray products =
                square(inputs, row.input(), row.count()).mul(square(outputs, row.output(), row.count()))) {
            long samples = sums.squaredNorms().size();
            sums.squaredNorms().addi(products.reshape(samples, -1).sum(new int[] {1}));
        }
    }

    /** The products of places of some rows of pictures with each other, of [n, places, places]. */
    private NDArray square(NDArray products, long row, long count) {
        long from = row * outWidth;
        long to = (row + count) * outWidth;
        long samples = products.getShape().get(0);
        return GradientTensors.box(
                products, new long[] {0, from, from}, new long[] {samples, to, to}, new long[] {1, 1, 1});
    }

    private static long square(long number) {
        return number * number;
    }

    /** The part of V for a row of the window and its columns from … to−1. */
    private NDArray part(NDArray direction, int row, int from, int to) {
        return GradientTensors.box(
                        direction, new long[] {0, row, from}, new long[] {out, row + 1, to}, new long[] {1, 1, 1})
                .reshape(-1);
    }
}
