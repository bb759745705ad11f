package io.winnow.surrogate;

/** The process of an uploaded model ended by itself. Its own code may be why, or who ends processes for want of memory. */
public class ModuleLostException extends UnusableModelException {

    public ModuleLostException(String message) {
        super(message);
    }
}
