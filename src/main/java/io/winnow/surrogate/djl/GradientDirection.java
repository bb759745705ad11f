package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import io.winnow.surrogate.Direction;

/** A vector in the space of a network's parameters, on its device. */
final class GradientDirection implements Direction {

    private final ParameterLayout layout;
    private final NDArray stored;

    /** @param stored [parameters], stored layout; closed with this */
    GradientDirection(ParameterLayout layout, NDArray stored) {
        this.layout = layout;
        this.stored = stored;
    }

    /** [parameters], stored layout. */
    NDArray stored() {
        return stored;
    }

    @Override
    public float[] values() {
        return NativeEngine.exclusively(() -> ParameterLayout.fromStored(layout.parameters(), stored.toFloatArray()));
    }

    @Override
    public void close() {
        NativeEngine.exclusively(stored::close);
    }
}
