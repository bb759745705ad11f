package io.winnow.job.checkpoint;

import java.io.IOException;

/** A file is not what was written. */
public final class DamagedFileException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedFileException(String message) {
        super(message);
    }
}
