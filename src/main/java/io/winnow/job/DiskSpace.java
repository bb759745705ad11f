package io.winnow.job;

import java.io.IOException;

/** Room on the disks of this machine. */
final class DiskSpace {

    private static final int DEEPEST = 20;

    private DiskSpace() {}

    /** Whether a file could not be written for want of room, which Java tells in the system's words alone. */
    static boolean isExhausted(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof IOException
                    && (message.contains("No space left on device") || message.contains("quota exceeded"))) {
                return true;
            }
        }
        return false;
    }
}
