package io.winnow.surrogate;

import org.jspecify.annotations.Nullable;

/** Samples could not be read in the midst of a pass: what they lie on is gone, or was changed under way. */
public class SamplesUnreadableException extends RuntimeException {

    public SamplesUnreadableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
