package io.winnow.surrogate.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import io.winnow.surrogate.djl.ParameterLayout.Slot;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a network's parameters for a pass: views of one flat vector of the network's {@link ParameterLayout}.
 * Where that vector requires a gradient, the views are cut in one split, whose backward pass joins all gradients in one
 * vector of the same layout.
 */
final class Weights extends ParameterStore {

    private final ParameterLayout layout;
    private final Map<Parameter, NDArray> buffers;
    private final Map<Parameter, NDArray> parameters;

    /**
     * @param parameters [layout.parameterCount()], stored layout
     * @param buffers [layout.bufferCount()], stored layout
     */
    Weights(ParameterLayout layout, NDArray parameters, NDArray buffers) {
        this(layout, parameters, views(layout.buffers(), buffers));
    }

    private Weights(ParameterLayout layout, NDArray parameters, Map<Parameter, NDArray> buffers) {
        super(parameters.getManager(), false);
        this.layout = layout;
        this.buffers = buffers;
        this.parameters = views(layout.parameters(), parameters);
    }

    /**
     * The same running statistics with another vector of parameters: a step's leaf, or a direction.
     *
     * @param vector [layout.parameterCount()], stored layout; its manager takes the views
     */
    Weights withParameters(NDArray vector) {
        return new Weights(layout, vector, buffers);
    }

    @Override
    public @Nullable NDArray getValue(@Nullable Parameter parameter, Device device, boolean training) {
        return parameter == null ? null : value(parameter);
    }

    /** The value of a parameter or running statistic, in the shape in which it is used. */
    NDArray value(Parameter parameter) {
        NDArray value = parameters.get(parameter);
        if (value == null) {
            value = buffers.get(parameter);
        }
        if (value == null) {
            throw new IllegalArgumentException("'%s' is no parameter of this network".formatted(parameter.getName()));
        }
        return value;
    }

    private static Map<Parameter, NDArray> views(List<Slot> slots, NDArray flat) {
        Map<Parameter, NDArray> views = new IdentityHashMap<>();
        if (slots.isEmpty()) {
            return views;
        }
        long[] sizes = slots.stream().mapToLong(Slot::size).toArray();
        NDList parts = JniUtils.split((PtNDArray) flat, sizes, 0);
        for (int i = 0; i < sizes.length; i++) {
            Slot slot = slots.get(i);
            NDArray stored = parts.get(i).reshape(slot.storedShape());
            views.put(slot.parameter(), slot.channelsLast() ? stored.transpose(0, 3, 1, 2) : stored);
        }
        return views;
    }
}
