package io.winnow.surrogate;

/** Which devices of this machine fail too often to be used. */
@FunctionalInterface
public interface BadDevices {

    /** @param device {@code cuda:0}, …; never asked of the CPU */
    boolean has(String device);
}
