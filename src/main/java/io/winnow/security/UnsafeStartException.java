package io.winnow.security;

import org.springframework.boot.ExitCodeGenerator;

/** The settings would leave a door open, or lock it in a way that nobody can tell: the process does not start. */
final class UnsafeStartException extends RuntimeException implements ExitCodeGenerator {

    /** What sysexits.h calls a configuration error. */
    static final int EXIT_CODE = 78;

    private final String action;

    /** @param action what to do about it */
    UnsafeStartException(String message, String action) {
        super(message);
        this.action = action;
    }

    String action() {
        return action;
    }

    @Override
    public int getExitCode() {
        return EXIT_CODE;
    }
}
