package io.winnow.platform;

import java.time.Duration;

/** There is no room for the request now, but there may be later; answered with 429 and {@code Retry-After}. */
public class TooManyRequestsException extends RuntimeException {

    private final Duration retryAfter;

    /** @param retryAfter when it is worth another try, at least a second */
    public TooManyRequestsException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
