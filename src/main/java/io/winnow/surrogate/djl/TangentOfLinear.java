package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * Some outputs of a linear layer with bias on flat inputs. The gradient of output row o is b_o (a, 1), so that two samples'
 * gradients have the product (⟨a_i, a_j⟩ + 1) · ⟨b_ik, b_jl⟩.
 */
final class TangentOfLinear implements TangentTerm {

    private final long samples;
    private final long classes;
    private final long in;
    private final long fromOutput;
    private final long outputs;
    private @Nullable TangentStore store;
    private @Nullable NDArray read;
    private @Nullable NDArray gradients;

    /** @param outputs how many, from {@code fromOutput} on */
    TangentOfLinear(long samples, long classes, long in, long fromOutput, long outputs) {
        this.samples = samples;
        this.classes = classes;
        this.in = in;
        this.fromOutput = fromOutput;
        this.outputs = outputs;
    }

    @Override
    public long bytes() {
        return Float.BYTES * samples * (in + classes * outputs);
    }

    @Override
    public void open(NDManager manager) {
        store = new TangentStore(manager);
        read = store.zeros(samples, in);
        gradients = store.zeros(samples, classes, outputs);
    }

    @Override
    public void see(int from, int k, NDArray input, NDArray gradient) {
        long n = input.getShape().get(0);
        if (k == 0) {
            TangentStore.fill(read, new long[] {from}, new long[] {from + n}, input);
        }
        NDArray some = GradientTensors.box(
                gradient, new long[] {0, fromOutput}, new long[] {n, fromOutput + outputs}, new long[] {1, 1});
        TangentStore.fill(gradients, new long[] {from, k}, new long[] {from + n, k + 1}, some);
    }

    @Override
    public void addTo(NDArray kernel) {
        try (NDManager scope = store.manager().newSubManager()) {
            NDArray a = GradientTensors.view(read, scope);
            NDArray b = GradientTensors.view(gradients, scope).reshape(samples * classes, outputs);
            NDArray products = b.matMul(b.transpose()).reshape(samples, classes, samples, classes);
            products.muli(a.matMul(a.transpose()).addi(1).reshape(samples, 1, samples, 1));
            kernel.addi(products.reshape(samples * classes, samples * classes));
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
