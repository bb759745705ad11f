package io.winnow.surrogate.djl;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * Tells OpenMP not to spin for long where the threads of an operation wait for each other. As it comes, a waiting thread
 * burns its core for about a millisecond; as soon as anything else wants a core too (another process, the garbage
 * collector, a container's quota), it keeps from running the very thread it waits for, and small operations become tens of
 * times slower. A variable set by the operator stands.
 *
 * <p>Does something on Linux only, and must come before the engine loads.
 */
final class ThreadTuning {

    /** Rounds of waiting before a thread sleeps: about ten microseconds. */
    private static final String SPINS = "1000";

    private ThreadTuning() {}

    static void apply() {
        if (!Platform.isLinux() || System.getenv("OMP_WAIT_POLICY") != null) {
            return;
        }
        NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {"GOMP_SPINCOUNT", SPINS, 0});
    }
}
