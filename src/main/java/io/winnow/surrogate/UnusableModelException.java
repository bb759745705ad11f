package io.winnow.surrogate;

/** A model that a user uploaded cannot be used: it fails, or does not fit the data. No retry helps. */
public class UnusableModelException extends RuntimeException {

    public UnusableModelException(String message) {
        super(message);
    }
}
