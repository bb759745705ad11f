package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/** branch(x) + shortcut(x). */
final class Sum extends NetworkBlock {

    private final NetworkBlock branch;
    private final @Nullable NetworkBlock shortcut;

    /** @param shortcut null for the identity */
    Sum(NetworkBlock branch, @Nullable NetworkBlock shortcut) {
        this.branch = addChildBlock("branch", branch);
        this.shortcut = shortcut == null ? null : addChildBlock("shortcut", shortcut);
    }

    @Override
    NDArray apply(
            ParameterStore weights, NDArray input, boolean training, @Nullable PairList<String, Object> parameters) {
        NDArray sum = branch.apply(weights, input, training, parameters);
        NDArray through = shortcut == null ? input : shortcut.apply(weights, input, training, parameters);
        if (branch.outputIsFree() && Tape.in(parameters) == null) {
            sum.addi(through);
        } else {
            // A tape, or the backward pass of the branch's last operation, may need the output as it is.
            NDArray branched = sum;
            sum = branched.add(through);
            Activations.release(branched, parameters);
        }
        if (shortcut != null) {
            Activations.release(through, parameters);
        }
        return sum;
    }

    @Override
    boolean outputIsFree() {
        return true;
    }

    @Override
    Shape outputShape(Shape input) {
        return branch.outputShape(input);
    }
}
