package io.winnow.dataset;

import java.io.IOException;

/** The files of a dataset are not what they should be. The message is for the user: it names the file and what is wrong. */
public class BadDataException extends IOException {

    public BadDataException(String message) {
        super(message);
    }
}
