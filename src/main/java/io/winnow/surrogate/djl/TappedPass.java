package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.djl.TappedTape.Tapped;
import org.jspecify.annotations.Nullable;

/**
 * Exact per-sample gradients of micro-batches: one forward pass with taps, one backward pass of the summed cross-entropy,
 * and each layer's formula on what the taps got. In evaluation mode a sample's loss depends on that sample alone, so the
 * gradient of the sum for a sample's outputs is the gradient of its own loss.
 */
final class TappedPass {

    private final Network network;
    private final GradientScope scope;
    private final GradientFormulas formulas;
    private final boolean dots;

    /**
     * @param manager keeps what the pass needs between micro-batches
     * @param direction V, [parameters] in the stored layout, or null
     */
    TappedPass(
            Network network,
            NDManager manager,
            GradientScope scope,
            @Nullable NDArray direction,
            GradientScratch scratch) {
        this.network = network;
        this.scope = scope;
        this.dots = direction != null;
        this.formulas = new GradientFormulas(network, manager, direction, scratch);
    }

    /**
     * One micro-batch.
     *
     * @param input [n, C, H, W]; its manager takes all that is made
     * @param labels [n] int64
     * @return [n · (classes + 1)] or with a direction [n · (classes + 2)]: logits, row by row, squared norms, dots
     */
    NDArray run(NDArray input, NDArray labels) {
        NDManager manager = input.getManager();
        LinearLayer last = network.lastLayer();
        TappedTape tape = new TappedTape(formulas.normalisedBy(), last, scope == GradientScope.ALL);
        NDArray output = NativeEngine.recorded(() -> network.apply(network.weights(), input, false, tape));
        NDArray logits = output.stopGradient();
        NDArray lossGradient = lossGradient(logits, labels);
        if (tape.hasTaps()) {
            JniUtils.backward((PtNDArray) output, (PtNDArray) lossGradient, false, false);
        }
        GradientSums sums = GradientSums.zeros(manager, (int) labels.size(), dots);
        for (Tapped tapped : tape.tapped()) {
            NDArray gradient = tapped.layer() == last ? lossGradient : tapped.gradient();
            formulas.of(tapped.layer()).add(tapped.input(), gradient, sums);
        }
        NDList parts = new NDList(logits.flatten(), sums.squaredNorms());
        if (sums.dots() != null) {
            parts.add(sums.dots());
        }
        return NDArrays.concat(parts);
    }

    /** ∂ℓ_i/∂logits_i = softmax(logits_i) − onehot(y_i). */
    static NDArray lossGradient(NDArray logits, NDArray labels) {
        long classes = logits.getShape().get(1);
        return logits.softmax(1).subi(labels.oneHot((int) classes));
    }
}
