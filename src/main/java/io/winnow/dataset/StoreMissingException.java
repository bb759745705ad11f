package io.winnow.dataset;

import io.winnow.platform.ConflictException;

/** A tensor store is not where it was written: its disk may be away for a moment. */
public class StoreMissingException extends ConflictException {

    StoreMissingException(String message) {
        super(message);
    }
}
