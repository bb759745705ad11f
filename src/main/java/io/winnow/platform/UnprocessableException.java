package io.winnow.platform;

/** The request is well-formed but contradicts an earlier one (an idempotency key reused); answered with 422. */
public class UnprocessableException extends RuntimeException {

    public UnprocessableException(String message) {
        super(message);
    }
}
