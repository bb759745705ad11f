package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.SampleShape;

/** How many samples a pass with gradients may hold at a time so that it stays within a bound of memory. */
final class GradientMemory {

    /**
     * Arrays of an output's size that live at once for a layer with parameters: the output, what the operations behind it make
     * of it, the gradient that its tap keeps, and those on their way back.
     */
    private static final long ARRAYS_PER_OUTPUT = 4;

    private static final int LARGEST_BATCH = 128;

    private GradientMemory() {}

    /** The part of the bound that the layers' formulas may take. */
    static long scratch(long maxBytes) {
        return Math.max(1, maxBytes / 4);
    }

    /** The largest micro-batch, at least 1. */
    static int batchSize(Network network, long maxBytes) {
        long available = maxBytes - scratch(maxBytes);
        return (int) Math.max(1, Math.min(LARGEST_BATCH, available / bytesOfOneSample(network)));
    }

    private static long bytesOfOneSample(Network network) {
        SampleShape shape = network.spec().input();
        try (NDManager manager = network.manager().newSubManager()) {
            NDArray sample = manager.zeros(new Shape(1, shape.channels(), shape.height(), shape.width()));
            Outputs outputs = new Outputs();
            network.apply(network.weights(), sample, false, outputs);
            return Float.BYTES * (shape.size() + ARRAYS_PER_OUTPUT * outputs.numbers);
        }
    }

    /** Counts what the layers write and what is held between them. */
    private static final class Outputs implements Tape {

        private long numbers;

        @Override
        public NDArray record(Layer layer, NDArray input, NDArray output) {
            numbers += output.size();
            return output;
        }

        @Override
        public void holds(NDArray array) {
            numbers += array.size();
        }

        @Override
        public boolean keepsArrays() {
            return false;
        }
    }
}
