package io.winnow.surrogate.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The native engine of this process: loaded once, with the settings of the first that asks. Recording of gradients and the
 * threads of the engine are the process's, so one training or pass runs at a time.
 */
final class NativeEngine {

    private static final ReentrantLock turn = new ReentrantLock(true);
    private static boolean started;

    private NativeEngine() {}

    /**
     * Loads the engine, which never goes to the network for anything.
     *
     * @param threads that one operation runs on; 0 for as many as there are cores
     */
    static synchronized void start(int threads) {
        if (started) {
            return;
        }
        AllocatorTuning.apply();
        ThreadTuning.apply();
        int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(count));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
        Engine.getEngine("PyTorch");
        started = true;
    }

    /** Whether the native libraries are loaded: what asks for them loads them. */
    static synchronized boolean isStarted() {
        return started;
    }

    /** The version of PyTorch as it tells it itself. */
    static String version() {
        start(0);
        return Engine.getEngine("PyTorch").getVersion();
    }

    static NDManager newManager(Device device) {
        start(0);
        return NDManager.newBaseManager(device, "PyTorch");
    }

    static int gpuCount() {
        start(0);
        return Engine.getEngine("PyTorch").getGpuCount();
    }

    /** Does some work when no other does, with nothing recorded for a backward pass. What is called from within runs at once. */
    static <T> T exclusively(Supplier<T> work) {
        turn.lock();
        try {
            start(0);
            JniUtils.setGradMode(false);
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    static void exclusively(Runnable work) {
        exclusively(() -> {
            work.run();
            return true;
        });
    }

    /** Runs a forward pass that is recorded for a backward pass. */
    static <T> T recorded(Supplier<T> forward) {
        JniUtils.setGradMode(true);
        try {
            return forward.get();
        } finally {
            JniUtils.setGradMode(false);
        }
    }
}
