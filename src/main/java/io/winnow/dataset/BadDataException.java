package io.winnow.dataset;

import java.io.IOException;
import java.util.regex.Pattern;

/** The files of a dataset are not what they should be. The message is for the user: it names the file and what is wrong. */
public class BadDataException extends IOException {

    /** Files may have them in their names; where a message is shown or logged, they could pretend to be something else. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    public BadDataException(String message) {
        super(CONTROL.matcher(message).replaceAll("?"));
    }
}
