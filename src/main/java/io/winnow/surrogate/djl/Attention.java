package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention on tokens [N, T, D] (Vaswani et al. 2017): with q, k, v of d = D / heads numbers a head from one
 * linear layer, softmax(q kᵀ / √d) v of each head side by side, through a second linear layer. All its parameters are those of
 * the two linear layers.
 */
final class Attention extends NetworkBlock {

    /** Attention weights worked out at a time, for they grow with the square of the tokens: 64 MB. */
    private static final long WEIGHTS_AT_A_TIME = 1 << 24;

    private final int width;
    private final int heads;
    private final LinearLayer queriesKeysValues;
    private final LinearLayer projection;

    Attention(ParameterLayout layout, String path, int width, int heads) {
        if (width % heads != 0) {
            throw new IllegalArgumentException("%d heads don't divide %d".formatted(heads, width));
        }
        this.width = width;
        this.heads = heads;
        this.queriesKeysValues = addChildBlock("qkv", new LinearLayer(layout, path + ".qkv", width, 3 * width));
        this.projection = addChildBlock("proj", new LinearLayer(layout, path + ".proj", width, width));
    }

    @Override
    NDArray apply(
            ParameterStore weights, NDArray input, boolean training, @Nullable PairList<String, Object> parameters) {
        NDArray joined = queriesKeysValues.apply(weights, input, training, parameters);
        NDArray mixed = mixed(joined, Tape.in(parameters));
        Activations.release(joined, parameters);
        NDArray output = projection.apply(weights, mixed, training, parameters);
        Activations.release(mixed, parameters);
        return output;
    }

    /** [N, T, 3D] to [N, T, D]. */
    private NDArray mixed(NDArray joined, @Nullable Tape tape) {
        int samples = (int) joined.getShape().get(0);
        long tokens = joined.getShape().get(1);
        int step = (int) Math.max(1, WEIGHTS_AT_A_TIME / (heads * tokens * tokens));
        if (samples <= step) {
            return attend(joined, tape);
        }
        NDList parts = new NDList();
        for (int from = 0; from < samples; from += step) {
            int to = Math.min(samples, from + step);
            parts.add(attend(GradientTensors.slice(joined, from, to, joined.getManager()), tape));
        }
        NDArray all = NDArrays.concat(parts, 0);
        parts.close();
        return all;
    }

    private NDArray attend(NDArray joined, @Nullable Tape tape) {
        try (NDManager scope = joined.getManager().newSubManager()) {
            NDList parts = JniUtils.split((PtNDArray) GradientTensors.view(joined, scope), width, 2);
            NDArray queries = Activations.times(byHead(parts.get(0)), (float) Math.sqrt((double) heads / width));
            NDArray scores = queries.matMul(byHead(parts.get(1)).transpose(0, 1, 3, 2));
            queries.close();
            NDArray shares = scores.softmax(3);
            scores.close();
            if (tape != null) {
                tape.holds(shares);
            }
            NDArray mixed = shares.matMul(byHead(parts.get(2)));
            NDArray output =
                    mixed.transpose(0, 2, 1, 3).reshape(joined.getShape().get(0), -1, width);
            output.attach(joined.getManager());
            return output;
        }
    }

    /** [N, T, D] as [N, heads, T, d]. */
    private NDArray byHead(NDArray tokens) {
        Shape shape = tokens.getShape();
        return tokens.reshape(shape.get(0), shape.get(1), heads, width / heads).transpose(0, 2, 1, 3);
    }

    @Override
    boolean outputIsFree() {
        return true;
    }

    @Override
    Shape outputShape(Shape input) {
        return input;
    }
}
