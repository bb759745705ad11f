package io.winnow.surrogate.djl;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the C library to keep large blocks of memory instead of returning them to the kernel after every operation. A
 * training step allocates and frees the same few hundred megabytes over and over; as the C library comes, the page faults
 * of getting them back cost up to half of the step. Memory given up by the engine stays with the process, for the next step.
 *
 * <p>Does something on Linux with glibc only, and must come before the engine loads.
 */
final class AllocatorTuning {

    private static final Logger log = LoggerFactory.getLogger(AllocatorTuning.class);

    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_MAX = -4;
    private static final int M_ARENA_MAX = -8;

    private AllocatorTuning() {}

    /** Whether the C library took all settings. */
    static boolean apply() {
        if (!Platform.isLinux()) {
            return false;
        }
        try {
            NativeLibrary process = NativeLibrary.getProcess();
            process.getFunction("gnu_get_libc_version");
            Function mallopt = process.getFunction("mallopt");
            boolean taken = set(mallopt, M_MMAP_MAX, 0)
                    & set(mallopt, M_TRIM_THRESHOLD, 2_000_000_000)
                    & set(mallopt, M_ARENA_MAX, 1)
                    & set(mallopt, M_TOP_PAD, 64 << 20);
            log.debug("allocator tuned: {}", taken);
            return taken;
        } catch (UnsatisfiedLinkError e) {
            log.info("the C library is not glibc: its allocator stays as it is, training will be slower");
            return false;
        }
    }

    private static boolean set(Function mallopt, int setting, int value) {
        return mallopt.invokeInt(new Object[] {setting, value}) == 1;
    }
}
