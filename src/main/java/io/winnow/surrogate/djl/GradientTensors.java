package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/** Views that DJL's interface makes only by detours. */
final class GradientTensors {

    private GradientTensors() {}

    /** A view of the rows {@code from} … {@code to}−1 that belongs to the given manager, as all that is computed from it. */
    static NDArray slice(NDArray array, long from, long to, NDManager manager) {
        return JniUtils.index(
                (PtNDArray) array, new long[] {from}, new long[] {to}, new long[] {1}, (PtNDManager) manager);
    }

    /** The whole array as a view that belongs to the given manager. */
    static NDArray view(NDArray array, NDManager manager) {
        return slice(array, 0, array.getShape().get(0), manager);
    }

    /** A view of a box of the first axes, with steps. */
    static NDArray box(NDArray array, long[] from, long[] to, long[] step) {
        return JniUtils.index((PtNDArray) array, from, to, step, (PtNDManager) array.getManager());
    }

    /** Pictures [n, C, H, W] as [n, H, W, C]: no copy where they are stored channels-last. */
    static NDArray channelsLast(NDArray pictures) {
        return pictures.transpose(0, 2, 3, 1);
    }
}
