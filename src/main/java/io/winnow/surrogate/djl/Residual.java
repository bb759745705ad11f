package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/** relu(branch(x) + shortcut(x)). */
final class Residual extends NetworkBlock {

    private final NetworkBlock branch;
    private final @Nullable NetworkBlock shortcut;

    /** @param shortcut null for the identity */
    Residual(NetworkBlock branch, @Nullable NetworkBlock shortcut) {
        this.branch = addChildBlock("branch", branch);
        this.shortcut = shortcut == null ? null : addChildBlock("shortcut", shortcut);
    }

    @Override
    NDArray apply(
            ParameterStore weights, NDArray input, boolean training, @Nullable PairList<String, Object> parameters) {
        NDArray sum = branch.apply(weights, input, training, parameters);
        NDArray through = shortcut == null ? input : shortcut.apply(weights, input, training, parameters);
        if (Tape.in(parameters) == null) {
            sum.addi(through);
        } else {
            // A tape may hold the branch's last output: leave it as it is.
            sum = sum.add(through);
        }
        if (shortcut != null) {
            Activations.release(through, parameters);
        }
        NDArray output = Activation.relu(sum);
        Activations.release(sum, parameters);
        return output;
    }

    @Override
    Shape outputShape(Shape input) {
        return branch.outputShape(input);
    }
}
