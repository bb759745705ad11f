package io.winnow.surrogate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The memory of a device was not enough. The engine says so in words only: this is the one place that knows them. */
public class MemoryExhaustedException extends RuntimeException {

    private static final List<String> WORDS =
            List.of("DefaultCPUAllocator", "not enough memory", "CUDA out of memory", "can't allocate memory");
    private static final int DEEPEST_CAUSE = 10;

    public MemoryExhaustedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether an exception of the engine, or what caused it, says that memory was not enough. */
    public static boolean isReasonOf(@Nullable Throwable failure) {
        Throwable one = failure;
        for (int depth = 0; one != null && depth < DEEPEST_CAUSE; depth++, one = one.getCause()) {
            String message = one.getMessage();
            if (one instanceof MemoryExhaustedException
                    || message != null && WORDS.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }
}
