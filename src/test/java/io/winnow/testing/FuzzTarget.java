package io.winnow.testing;

import java.util.List;
import java.util.Locale;

/** A reader of what users send, as a fuzzer calls it. Those there are stand in {@code META-INF/services}. */
public interface FuzzTarget {

    /** @throws Exception one that tells a user what is wrong with the input; any other is a finding */
    void read(byte[] input) throws Exception;

    /** Inputs that are read to their end without a complaint. */
    List<byte[]> seeds() throws Exception;

    /** {@code npy-column} of the class NpyColumn. */
    default String label() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
