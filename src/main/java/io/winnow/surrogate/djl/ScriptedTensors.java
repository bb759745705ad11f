package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.TrainingSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a {@link ScriptedModule} learns and remembers: its parameters, as its own tensors and once more as one vector that the
 * optimizer works on, their velocity, and its buffers.
 */
final class ScriptedTensors {

    private final NDManager manager;
    private final List<PtNDArray> parameters = new ArrayList<>();
    private final List<PtNDArray> buffers = new ArrayList<>();
    private final List<ParameterInfo> infos = new ArrayList<>();
    private final NDArray flat;
    private final NDArray velocity;

    /**
     * @param manager that keeps them
     * @param buffersMethod the method of the module that gives the tensors that are not trained
     */
    ScriptedTensors(PtNDManager manager, PtSymbolBlock block, String buffersMethod) {
        this.manager = manager;
        for (NDArray parameter : JniUtils.moduleGetParams(block, manager)) {
            if (parameter.hasGradient()) {
                requireFloat(parameter);
                parameters.add((PtNDArray) parameter);
                infos.add(info(parameter.getName(), parameter));
            }
        }
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException("the module has no parameters that require a gradient");
        }
        try (IValue list = IValueUtils.runMethod(block, buffersMethod)) {
            list.toNDList(manager).forEach(buffer -> buffers.add((PtNDArray) buffer));
        }
        this.flat = manager.zeros(
                new Shape(infos.stream().mapToLong(ParameterInfo::size).sum()));
        Network.overwrite(flat, read(parameters));
        this.velocity = manager.zeros(flat.getShape());
    }

    private static void requireFloat(NDArray parameter) {
        if (parameter.getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException("the parameter %s is %s; only float32 can be trained"
                    .formatted(parameter.getName(), parameter.getDataType()));
        }
    }

    private static ParameterInfo info(String name, NDArray array) {
        return new ParameterInfo(
                name, Arrays.stream(array.getShape().getShape()).boxed().toList());
    }

    List<ParameterInfo> parameters() {
        return infos;
    }

    /** The shapes of the buffers in the order of their method; a name is its place. */
    List<ParameterInfo> buffers() {
        List<ParameterInfo> shapes = new ArrayList<>();
        for (int i = 0; i < buffers.size(); i++) {
            shapes.add(info(Integer.toString(i), buffers.get(i)));
        }
        return shapes;
    }

    float[] parameterValues() {
        return flat.toFloatArray();
    }

    void parameterValues(float[] values) {
        Network.overwrite(flat, values);
        scatter();
    }

    float[] velocityValues() {
        return velocity.toFloatArray();
    }

    void velocityValues(float[] values) {
        Network.overwrite(velocity, values);
    }

    /** Whole numbers and flags as floats. */
    float[] bufferValues() {
        return read(buffers);
    }

    void bufferValues(float[] values) {
        int offset = 0;
        for (PtNDArray buffer : buffers) {
            int size = Math.toIntExact(buffer.size());
            try (NDManager scope = manager.newSubManager()) {
                NDArray source = scope.create(FloatBuffer.wrap(values, offset, size), buffer.getShape());
                buffer.set(new NDIndex("..."), source.toType(buffer.getDataType(), false));
            }
            offset += size;
        }
    }

    private static float[] read(List<PtNDArray> arrays) {
        float[] values = new float
                [Math.toIntExact(arrays.stream().mapToLong(NDArray::size).sum())];
        int offset = 0;
        for (PtNDArray array : arrays) {
            try (NDArray floats = array.stopGradient().toType(DataType.FLOAT32, true)) {
                float[] part = floats.toFloatArray();
                System.arraycopy(part, 0, values, offset, part.length);
                offset += part.length;
            }
        }
        return values;
    }

    /** Copies the flat vector into the module's parameters. */
    private void scatter() {
        try (NDManager scope = manager.newSubManager()) {
            long offset = 0;
            for (PtNDArray parameter : parameters) {
                long size = parameter.size();
                NDArray values = GradientTensors.slice(flat, offset, offset + size, scope);
                parameter.set(new NDIndex("..."), values.reshape(parameter.getShape()));
                offset += size;
            }
        }
    }

    boolean isFinite() {
        try (NDArray total = flat.sum()) {
            if (!Float.isFinite(total.getFloat())) {
                return false;
            }
        }
        for (float value : bufferValues()) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** A vector in the space of the parameters that stays until it is closed. */
    NDArray vector(float[] values) {
        return manager.create(FloatBuffer.wrap(values), flat.getShape());
    }

    /** All gradients as one vector [parameters]; the module's own are zero afterwards. */
    NDArray takeGradient(NDManager scope) {
        NDList parts = new NDList();
        for (PtNDArray parameter : parameters) {
            PtNDArray gradient = JniUtils.getGradient(parameter);
            if (gradient == null) {
                parts.add(scope.zeros(new Shape(parameter.size())));
            } else {
                gradient.attach(scope);
                parts.add(gradient.flatten());
            }
        }
        NDArray joined = parts.size() == 1 ? parts.get(0).duplicate() : NDArrays.concat(parts);
        joined.attach(scope);
        parameters.forEach(JniUtils::zeroGrad);
        return joined;
    }

    /** The shape of a vector in the space of the parameters. */
    Shape shape() {
        return flat.getShape();
    }

    /** The optimizer's step by the gradients that the parameters have, which are zero afterwards. */
    void step(TrainingSpec spec, NDManager scope, double learningRate) {
        new Sgd(spec, flat, velocity).step(takeGradient(scope), learningRate);
        scatter();
    }
}
