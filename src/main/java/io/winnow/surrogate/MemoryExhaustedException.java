package io.winnow.surrogate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The memory of a device was not enough. */
public class MemoryExhaustedException extends RuntimeException {

    private static final List<String> WORDS = List.of(
            "DefaultCPUAllocator",
            "not enough memory",
            "CUDA out of memory",
            "CUDA error: out of memory",
            "CUBLAS_STATUS_ALLOC_FAILED",
            "CUDNN_STATUS_ALLOC_FAILED",
            "can't allocate memory",
            // Java's own, on the way to the engine: the system has no more, or the JVM may not have it.
            "Unable to allocate",
            "direct buffer memory");

    public MemoryExhaustedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether an exception of the engine, or what caused it, says that memory was not enough. */
    public static boolean isReasonOf(@Nullable Throwable failure) {
        return EngineWords.saidBy(failure, WORDS);
    }
}
