package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** Arrays over all samples, filled slice by slice, which go at once with their manager. */
final class TangentStore {

    private final NDManager manager;

    TangentStore(NDManager parent) {
        this.manager = parent.newSubManager();
    }

    NDArray zeros(long... shape) {
        return manager.zeros(new Shape(shape));
    }

    NDManager manager() {
        return manager;
    }

    /**
     * Copies into a box of an array that is zero there.
     *
     * @param from the first place on each of the first axes
     * @param to the place behind the last
     */
    static void fill(NDArray target, long[] from, long[] to, NDArray values) {
        long[] steps = new long[from.length];
        Arrays.fill(steps, 1);
        NDArray box = GradientTensors.box(GradientTensors.view(target, values.getManager()), from, to, steps);
        box.addi(values.reshape(box.getShape()));
    }

    /** Adds rows · rowsᵀ, which is worked out in single precision. */
    static void addProducts(NDArray rows, NDArray kernel) {
        try (NDManager scope = rows.getManager().newSubManager()) {
            NDArray seen = GradientTensors.view(rows, scope);
            kernel.addi(seen.matMul(seen.transpose()));
        }
    }

    void close() {
        manager.close();
    }
}
