package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.djl.Convolution.Geometry;

/** A convolution as a matrix product: for each position of its output, the inputs under its kernel. */
final class GradientPatches {

    private final Geometry geometry;

    GradientPatches(Geometry geometry) {
        this.geometry = geometry;
    }

    /** Elements of the kernel's window. */
    int offsets() {
        return geometry.kernel() * geometry.kernel();
    }

    /** [n, H, W, C] with the convolution's zeros around. */
    NDArray padded(NDArray pictures) {
        long p = geometry.padding();
        return p == 0 ? pictures : pictures.pad(new Shape(0, 0, p, p, p, p), 0);
    }

    /**
     * What the window's elements {@code from} … {@code to}−1, row by row, read at each position.
     *
     * <p>The copies run along the picture's rows, which are longer than its few channels.
     *
     * @param padded [n, H + 2p, W + 2p, C]
     * @return [n · groups, H' · W', (to − from) · C / groups], the element before the channel, the positions stored last
     */
    NDArray patches(NDArray padded, long height, long width, int from, int to) {
        Shape shape = padded.getShape();
        long samples = shape.get(0);
        NDArray byChannel = padded.transpose(0, 3, 1, 2)
                .reshape(samples, -1)
                .reshape(samples, geometry.in(), shape.get(1), shape.get(2))
                .transpose(0, 2, 3, 1);
        NDList parts = new NDList(to - from);
        for (int offset = from; offset < to; offset++) {
            parts.add(read(byChannel, height, width, offset).transpose(0, 3, 1, 2));
        }
        NDArray read = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 1);
        int groups = geometry.groups();
        if (groups > 1) {
            read = read.reshape(samples, to - from, groups, -1, height * width).transpose(0, 2, 1, 3, 4);
        }
        return read.reshape(samples * groups, -1, height * width).transpose(0, 2, 1);
    }

    /** Gradients [n, H', W', O] as [n · groups, H' · W', O / groups]. */
    NDArray outputs(NDArray gradient) {
        Shape shape = gradient.getShape();
        long positions = shape.get(1) * shape.get(2);
        if (geometry.groups() == 1) {
            return gradient.reshape(shape.get(0), positions, shape.get(3));
        }
        return gradient.reshape(shape.get(0), positions, geometry.groups(), -1)
                .transpose(0, 2, 1, 3)
                .reshape(shape.get(0) * geometry.groups(), positions, -1);
    }

    /**
     * What one element of the window reads at each position, [n, H', W', C]: a view.
     *
     * @param padded [n, H + 2p, W + 2p, C]
     */
    NDArray read(NDArray padded, long height, long width, int offset) {
        long top = (long) (offset / geometry.kernel()) * geometry.dilation();
        long left = (long) (offset % geometry.kernel()) * geometry.dilation();
        long step = geometry.stride();
        Shape shape = padded.getShape();
        if (step == 1 && shape.get(1) == height && shape.get(2) == width) {
            return padded;
        }
        return GradientTensors.box(
                padded,
                new long[] {0, top, left},
                new long[] {shape.get(0), top + step * (height - 1) + 1, left + step * (width - 1) + 1},
                new long[] {1, step, step});
    }
}
