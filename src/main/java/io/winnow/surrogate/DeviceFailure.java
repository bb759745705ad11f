package io.winnow.surrogate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GPU that failed otherwise than for want of memory. Its context in the process is lost: whatever is asked of it afterwards
 * fails too, until another process makes a context of its own.
 */
public final class DeviceFailure {

    private static final List<String> WORDS = List.of(
            "CUDA error",
            "CUDA driver error",
            "CUBLAS_STATUS_",
            "cuBLAS error",
            "CUDNN_STATUS_",
            "cuDNN error",
            "cuFFT error");

    private DeviceFailure() {}

    /** Whether an exception of the engine, or what caused it, says that the device failed. */
    public static boolean isReasonOf(@Nullable Throwable failure) {
        return EngineWords.saidBy(failure, WORDS) && !MemoryExhaustedException.isReasonOf(failure);
    }
}
