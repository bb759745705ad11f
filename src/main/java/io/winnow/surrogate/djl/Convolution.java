package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import org.jspecify.annotations.Nullable;

/** A two-dimensional convolution (cross-correlation) with square kernels, [N, in, H, W] to [N, out, H', W']. */
final class Convolution extends Layer {

    /**
     * What a convolution does.
     *
     * @param in channels read
     * @param out channels written
     * @param kernel side of the kernel
     * @param stride step between positions
     * @param padding zeros on each side
     * @param dilation distance between the kernel's elements
     * @param groups parts that the channels are divided in, each with its own kernels
     * @param biased whether a bias is added
     */
    record Geometry(int in, int out, int kernel, int stride, int padding, int dilation, int groups, boolean biased) {

        Geometry {
            if (in % groups != 0 || out % groups != 0) {
                throw new IllegalArgumentException(
                        "%d groups don't divide %d and %d channels".formatted(groups, in, out));
            }
        }

        /** A kernel that keeps the size at stride 1, without bias. */
        static Geometry same(int in, int out, int kernel, int stride) {
            return new Geometry(in, out, kernel, stride, kernel / 2, 1, 1, false);
        }

        Geometry withBias() {
            return new Geometry(in, out, kernel, stride, padding, dilation, groups, true);
        }

        /** The output's side for an input's side. */
        long outputSide(long side) {
            return (side + 2L * padding - (long) dilation * (kernel - 1) - 1) / stride + 1;
        }
    }

    /** Channels that the engine works on at once. */
    private static final int VECTOR = 16;

    private static final Shape NO_STRIDE = new Shape(1, 1);

    private final Geometry geometry;
    private final Parameter weight;
    private final @Nullable Parameter bias;
    private final Shape stride;
    private final Shape padding;
    private final Shape dilation;

    Convolution(ParameterLayout layout, String path, Geometry geometry) {
        super(path);
        this.geometry = geometry;
        int k = geometry.kernel();
        this.weight = addParameter(layout.add(
                path + ".weight", Parameter.Type.WEIGHT, geometry.out(), geometry.in() / geometry.groups(), k, k));
        this.bias = geometry.biased()
                ? addParameter(layout.add(path + ".bias", Parameter.Type.BIAS, geometry.out()))
                : null;
        this.stride = new Shape(geometry.stride(), geometry.stride());
        this.padding = new Shape(geometry.padding(), geometry.padding());
        this.dilation = new Shape(geometry.dilation(), geometry.dilation());
    }

    Geometry geometry() {
        return geometry;
    }

    Parameter weight() {
        return weight;
    }

    @Nullable
    Parameter bias() {
        return bias;
    }

    @Override
    NDArray output(ParameterStore weights, NDArray input, boolean training) {
        NDArray w = weights.getValue(weight, input.getDevice(), training);
        NDArray b = weights.getValue(bias, input.getDevice(), training);
        if (geometry.kernel() == 1 && geometry.stride() > 1 && geometry.padding() == 0 && geometry.in() < VECTOR) {
            // Here the engine's weight gradient writes past its buffers (oneDNN in PyTorch 2.7.1). Reading every
            // stride-th position first, as it does itself, is the same function without the fault.
            String step = "::" + geometry.stride();
            NDArray read = input.get(new NDIndex(":,:," + step + "," + step));
            return Conv2d.conv2d(read, w, b, NO_STRIDE, padding, dilation, geometry.groups())
                    .singletonOrThrow();
        }
        return Conv2d.conv2d(input, w, b, stride, padding, dilation, geometry.groups())
                .singletonOrThrow();
    }

    @Override
    Shape outputShape(Shape input) {
        return new Shape(
                input.get(0), geometry.out(), geometry.outputSide(input.get(2)), geometry.outputSide(input.get(3)));
    }
}
