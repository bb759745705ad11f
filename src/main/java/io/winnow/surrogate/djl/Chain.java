package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Blocks one after the other. */
final class Chain extends NetworkBlock {

    private final List<NetworkBlock> blocks;

    Chain(List<? extends NetworkBlock> blocks) {
        this.blocks = List.copyOf(blocks);
        for (NetworkBlock block : this.blocks) {
            addChildBlock(block.getClass().getSimpleName(), block);
        }
    }

    Chain(NetworkBlock... blocks) {
        this(List.of(blocks));
    }

    @Override
    NDArray apply(
            ParameterStore weights, NDArray input, boolean training, @Nullable PairList<String, Object> parameters) {
        NDArray current = input;
        for (NetworkBlock block : blocks) {
            NDArray next = block.apply(weights, current, training, parameters);
            if (current != input) {
                Activations.release(current, parameters);
            }
            current = next;
        }
        return current;
    }

    @Override
    boolean outputIsFree() {
        return blocks.get(blocks.size() - 1).outputIsFree();
    }

    @Override
    Shape outputShape(Shape input) {
        Shape shape = input;
        for (NetworkBlock block : blocks) {
            shape = block.outputShape(shape);
        }
        return shape;
    }
}
