package io.winnow.surrogate;

/** Samples could not be read in the midst of a pass: what they lie on is gone, or was changed under way. */
public class SamplesUnreadableException extends RuntimeException {

    public SamplesUnreadableException(String message, Throwable cause) {
        super(message, cause);
    }
}
