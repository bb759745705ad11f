package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** Parameters that are few: their gradients G [samples · classes, q] are kept as they are, and add GGᵀ. */
final class TangentOfRows implements TangentTerm {

    private final long samples;
    private final long classes;
    private final long width;
    private final BinaryOperator<NDArray> gradients;
    private @Nullable TangentStore store;
    private @Nullable NDArray rows;

    /**
     * @param width q
     * @param gradients the gradients of each sample, [n, …] of q numbers, from the layer's input and the output's gradient
     */
    TangentOfRows(long samples, long classes, long width, BinaryOperator<NDArray> gradients) {
        this.samples = samples;
        this.classes = classes;
        this.width = width;
        this.gradients = gradients;
    }

    @Override
    public long bytes() {
        return Float.BYTES * samples * classes * width;
    }

    @Override
    public void open(NDManager manager) {
        store = new TangentStore(manager);
        rows = store.zeros(samples, classes, width);
    }

    @Override
    public void see(int from, int k, NDArray input, NDArray gradient) {
        NDArray found = gradients.apply(input, gradient);
        TangentStore.fill(
                rows, new long[] {from, k}, new long[] {from + found.getShape().get(0), k + 1}, found);
    }

    @Override
    public void addTo(NDArray kernel) {
        TangentStore.addProducts(rows.reshape(samples * classes, width), kernel);
    }

    @Override
    public void close() {
        store.close();
    }
}
