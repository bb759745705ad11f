package io.winnow.platform;

/** The request is right but does not fit the present state; answered with 409. */
public class ConflictException extends RuntimeException {

    public ConflictException(String message) {
        super(message);
    }
}
