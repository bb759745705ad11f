package io.winnow.surrogate.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.SurrogateSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network on a device with its weights: the block, the flat vectors that hold its parameters and running statistics, and
 * the views through which the block reads them.
 */
final class Network implements AutoCloseable {

    private final SurrogateSpec spec;
    private final NDManager manager;
    private final ParameterLayout layout = new ParameterLayout();
    private final NetworkBlock block;
    private final NDArray parameters;
    private final NDArray buffers;
    private final Weights weights;

    Network(SurrogateSpec spec, Device device, long seed) {
        this.spec = spec;
        this.manager = NativeEngine.newManager(device);
        this.block = Networks.build(spec, layout);
        this.parameters = manager.zeros(new Shape(layout.parameterCount()));
        this.buffers = manager.zeros(new Shape(layout.bufferCount()));
        this.weights = new Weights(layout, parameters, buffers);
        parameterValues(Initialisation.parameters(layout, seed));
        bufferValues(Initialisation.buffers(layout));
    }

    SurrogateSpec spec() {
        return spec;
    }

    Device device() {
        return manager.getDevice();
    }

    /** Owns the weights; a pass works in a sub-manager of it. */
    NDManager manager() {
        return manager;
    }

    ParameterLayout layout() {
        return layout;
    }

    NetworkBlock block() {
        return block;
    }

    /** The trained weights, without gradients. */
    Weights weights() {
        return weights;
    }

    /** All trainable parameters on the device, [layout.parameterCount()], stored layout; changed in place by training. */
    NDArray parameters() {
        return parameters;
    }

    /** The layers with parameters in the order of the layout. */
    List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        collect(block, layers);
        return layers;
    }

    private static void collect(NetworkBlock block, List<Layer> layers) {
        if (block instanceof Layer layer) {
            layers.add(layer);
        }
        block.getChildren().values().forEach(child -> collect((NetworkBlock) child, layers));
    }

    /** The linear layer that makes the logits; its input is the embedding. */
    LinearLayer lastLayer() {
        List<Layer> layers = layers();
        return (LinearLayer) layers.get(layers.size() - 1);
    }

    /**
     * Applies the network.
     *
     * @param weights {@link #weights()} or others of the same layout
     * @param input [B, C, H, W]; stays the caller's
     * @return logits [B, classes] in the input's manager
     */
    NDArray apply(Weights weights, NDArray input, boolean training, @Nullable Tape tape) {
        return block.forward(weights, new NDList(input), training, tape == null ? null : tape.asParameters())
                .singletonOrThrow();
    }

    /** A copy of all trainable parameters in PyTorch's layout. */
    float[] parameterValues() {
        return ParameterLayout.fromStored(layout.parameters(), parameters.toFloatArray());
    }

    void parameterValues(float[] values) {
        overwrite(parameters, ParameterLayout.toStored(layout.parameters(), values));
    }

    /** A copy of all running statistics. */
    float[] bufferValues() {
        return ParameterLayout.fromStored(layout.buffers(), buffers.toFloatArray());
    }

    void bufferValues(float[] values) {
        overwrite(buffers, ParameterLayout.toStored(layout.buffers(), values));
    }

    /** Whether all weights and running statistics are finite, as far as their sum tells. */
    boolean isFinite() {
        try (NDArray sum = parameters.sum();
                NDArray bufferSum = buffers.sum()) {
            return Float.isFinite(sum.getFloat()) && Float.isFinite(bufferSum.getFloat());
        }
    }

    /** Copies in place, for views share the array's memory. */
    static void overwrite(NDArray target, float[] values) {
        if (values.length == 0) {
            return;
        }
        try (NDArray source = target.getManager().create(FloatBuffer.wrap(values), target.getShape())) {
            target.set(new NDIndex(":"), source);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
