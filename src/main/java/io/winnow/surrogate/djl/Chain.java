package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks one after the other. In evaluation a convolution and the batch normalisation behind it are one convolution, unless
 * a tape keeps what is between them.
 */
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
        Tape tape = Tape.in(parameters);
        boolean folds = !training && (tape == null || !tape.keepsArrays());
        for (int i = 0; i < blocks.size(); i++) {
            NDArray next;
            if (folds
                    && blocks.get(i) instanceof Convolution convolution
                    && i + 1 < blocks.size()
                    && blocks.get(i + 1) instanceof BatchNormalisation normalisation) {
                next = convolution.normalisedOutput(weights, current, normalisation);
                i++;
            } else {
                next = blocks.get(i).apply(weights, current, training, parameters);
            }
            if (current != input) {
                Activations.release(current, parameters);
            }
            current = next;
        }
        return current;
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
