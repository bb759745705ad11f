package io.winnow.job;

import io.winnow.platform.Causes;
import java.io.IOException;

/** Room on the disks of this machine. */
final class DiskSpace {

    private DiskSpace() {}

    /** Whether a file could not be written for want of room, which Java tells in the system's words alone. */
    static boolean isExhausted(Throwable failure) {
        return Causes.any(failure, cause -> cause instanceof IOException && saysSo(String.valueOf(cause.getMessage())));
    }

    private static boolean saysSo(String message) {
        return message.contains("No space left on device") || message.contains("quota exceeded");
    }
}
