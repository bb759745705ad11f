package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;

/** Brings arrays to the host. */
final class Host {

    private Host() {}

    /** Waits for the device and copies a float32 array to the start of a Java array. */
    static void read(NDArray array, float[] target) {
        array.toByteBuffer(true).asFloatBuffer().get(target, 0, Math.toIntExact(array.size()));
    }
}
