package io.winnow.platform.web;

import org.springframework.http.HttpStatus;

/** A request is refused for who sent it, or how, rather than for what it asks; answered with the status. */
public class RefusedException extends RuntimeException {

    private final HttpStatus status;

    /** @param detail what was wrong and what would be right; the caller reads it */
    public RefusedException(HttpStatus status, String detail) {
        super(detail);
        this.status = status;
    }

    HttpStatus status() {
        return status;
    }
}
