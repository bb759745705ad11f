package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A block without parameters. */
final class Operation extends NetworkBlock {

    private static final float LIMIT = 6;

    private final String name;
    private final UnaryOperator<NDArray> function;
    private final UnaryOperator<Shape> shape;

    private Operation(String name, UnaryOperator<NDArray> function, UnaryOperator<Shape> shape) {
        this.name = name;
        this.function = function;
        this.shape = shape;
    }

    /** max(x, 0). */
    static Operation relu() {
        return new Operation("relu", Activation::relu, UnaryOperator.identity());
    }

    /** min(max(x, 0), 6). */
    static Operation relu6() {
        return new Operation("relu6", Operation::relu6, UnaryOperator.identity());
    }

    /** As max(x, 0) − max(x − 6, 0): the engine's way back through a clamp takes half as long again as that through both. */
    private static NDArray relu6(NDArray x) {
        try (NDArray rectified = Activation.relu(x);
                NDArray above = x.sub(LIMIT);
                NDArray excess = Activation.relu(above)) {
            return rectified.sub(excess);
        }
    }

    /** x Φ(x), with the normal distribution function itself. */
    static Operation gelu() {
        return new Operation("gelu", Activation::gelu, UnaryOperator.identity());
    }

    /** Multiplies by a number. */
    static Operation scaled(float factor) {
        return new Operation("scaled", x -> Activations.times(x, factor), UnaryOperator.identity());
    }

    /** [N, C, H, W] to the means over the positions, [N, C]. */
    static Operation globalAveragePooling() {
        return new Operation("globalAveragePooling", Pool::globalAvgPool2d, s -> new Shape(s.get(0), s.get(1)));
    }

    /** [N, C, H, W] to the largest values over the positions, [N, C]. */
    static Operation globalMaxPooling() {
        return new Operation("globalMaxPooling", Pool::globalMaxPool2d, s -> new Shape(s.get(0), s.get(1)));
    }

    /** The largest value of each 2×2 square; at odd sides the last row or column makes smaller ones, so any size can be halved. */
    static Operation halvingMaxPooling() {
        return new Operation(
                "halvingMaxPooling",
                x -> Pool.maxPool2d(x, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), true),
                s -> new Shape(s.get(0), s.get(1), (s.get(2) + 1) / 2, (s.get(3) + 1) / 2));
    }

    /** The largest value of each 3×3 neighbourhood at every second position. */
    static Operation maxPooling() {
        return new Operation(
                "maxPooling",
                x -> Pool.maxPool2d(x, new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false),
                s -> new Shape(s.get(0), s.get(1), (s.get(2) - 1) / 2 + 1, (s.get(3) - 1) / 2 + 1));
    }

    /** [N, C, H, W] to [N, C · H · W], row-major. */
    static Operation flatten() {
        return new Operation(
                "flatten", x -> x.reshape(x.getShape().get(0), -1), s -> new Shape(s.get(0), s.size() / s.get(0)));
    }

    /** Pictures [N, C, H, W] to tokens [N, H · W, C]. */
    static Operation tokens() {
        return new Operation(
                "tokens",
                x -> GradientTensors.channelsLast(x)
                        .reshape(x.getShape().get(0), -1, x.getShape().get(1)),
                s -> new Shape(s.get(0), s.get(2) * s.get(3), s.get(1)));
    }

    /** [N, P, D] to the first token, [N, D]. */
    static Operation firstToken() {
        return new Operation(
                "firstToken",
                x -> GradientTensors.box(
                                x, new long[] {0, 0}, new long[] {x.getShape().get(0), 1}, new long[] {1, 1})
                        .squeeze(1),
                s -> new Shape(s.get(0), s.get(2)));
    }

    /** [N, P, D] to the means over the tokens, [N, D]. */
    static Operation meanOfTokens() {
        return new Operation("meanOfTokens", x -> x.mean(new int[] {1}), s -> new Shape(s.get(0), s.get(2)));
    }

    @Override
    NDArray apply(
            ParameterStore weights, NDArray input, boolean training, @Nullable PairList<String, Object> parameters) {
        return function.apply(input);
    }

    @Override
    Shape outputShape(Shape input) {
        return shape.apply(input);
    }

    @Override
    public String toString() {
        return name;
    }
}
