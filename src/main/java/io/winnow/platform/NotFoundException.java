package io.winnow.platform;

/** What the request names does not exist; answered with 404. The message says what to do instead. */
public class NotFoundException extends RuntimeException {

    public NotFoundException(String message) {
        super(message);
    }
}
