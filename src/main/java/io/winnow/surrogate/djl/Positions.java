package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import org.jspecify.annotations.Nullable;

/**
 * Puts a learned class token before the tokens [N, P, D], where there is one, and adds to each token the learned vector of its
 * position: [N, P, D] or, with the class token, [N, P + 1, D].
 */
final class Positions extends Layer {

    private final int positions;
    private final @Nullable Parameter classToken;
    private final Parameter table;

    /** @param patches P, the tokens that are read */
    Positions(ParameterLayout layout, int patches, int width, boolean withClassToken) {
        super("pos_embed");
        this.positions = withClassToken ? patches + 1 : patches;
        this.classToken =
                withClassToken ? addParameter(layout.add("cls_token", Parameter.Type.OTHER, 1, 1, width)) : null;
        this.table = addParameter(layout.add("pos_embed", Parameter.Type.OTHER, 1, positions, width));
    }

    /** [1, 1, D]. */
    @Nullable
    Parameter classToken() {
        return classToken;
    }

    /** [1, positions, D]. */
    Parameter table() {
        return table;
    }

    @Override
    NDArray output(ParameterStore weights, NDArray input, boolean training) {
        NDArray vectors = weights.getValue(table, input.getDevice(), training);
        if (classToken == null) {
            return input.add(vectors);
        }
        NDArray stored = weights.getValue(classToken, input.getDevice(), training);
        NDArray token = GradientTensors.view(stored, input.getManager());
        long samples = input.getShape().get(0);
        NDArray tokens = token.broadcast(new Shape(samples, 1, token.getShape().get(2)));
        NDArray all = tokens.concat(input, 1);
        return all.addi(vectors);
    }

    @Override
    Shape outputShape(Shape input) {
        return new Shape(input.get(0), positions, input.get(2));
    }
}
