package io.winnow.scoring.run;

import io.winnow.surrogate.MemoryExhaustedException;
import io.winnow.surrogate.SurrogateSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many samples a pass may take at a time, where memory was not enough for as many as the surrogate chose: half as many at
 * each failure, down to one. What was learnt for a network, a device and a kind of pass holds for as long as the process.
 */
final class BatchLimits {

    private static final Logger log = LoggerFactory.getLogger(BatchLimits.class);
    /** Half of the largest batch of any pass: what to begin with when not even the first batch has shown its size. */
    private static final int FIRST = 256;

    private final Map<Key, Integer> learnt;
    private final SurrogateSpec spec;
    private final String device;

    private BatchLimits(Map<Key, Integer> learnt, SurrogateSpec spec, String device) {
        this.learnt = learnt;
        this.spec = spec;
        this.device = device;
    }

    /** What a process has learnt so far: nothing. */
    static Map<Key, Integer> nothingLearnt() {
        return new ConcurrentHashMap<>();
    }

    static BatchLimits of(Map<Key, Integer> learnt, SurrogateSpec spec, String device) {
        return new BatchLimits(learnt, spec, device);
    }

    /** What a limit is for. */
    record Key(SurrogateSpec spec, String device, String pass) {}

    /** Computes samples in order; tells of each batch that is done. */
    @FunctionalInterface
    interface Work {
        void compute(int from, int to, Progress progress);
    }

    /** Told of samples that are done. */
    @FunctionalInterface
    interface Progress {
        void done(int samples);
    }

    /**
     * Has the samples {@code from} … {@code to}−1 computed, as many at once as fit.
     *
     * @param freeMemory called after a failure, when all arrays of the failed batch are closed
     */
    void within(String pass, int from, int to, Runnable freeMemory, Work work) {
        Key key = new Key(spec, device, pass);
        int[] done = {from};
        int[] largest = {0};
        while (done[0] < to) {
            int limit = learnt.getOrDefault(key, Integer.MAX_VALUE);
            int end = limit < to - done[0] ? done[0] + limit : to;
            try {
                work.compute(done[0], end, samples -> {
                    done[0] += samples;
                    largest[0] = Math.max(largest[0], samples);
                });
            } catch (RuntimeException e) {
                if (!MemoryExhaustedException.isReasonOf(e)) {
                    throw e;
                }
                int tried = Math.min(limit, largest[0] > 0 ? largest[0] : 2 * FIRST);
                if (tried <= 1 || to - from == 1) {
                    throw new MemoryExhaustedException(
                            "the memory of %s is not enough for a pass over a single sample".formatted(device), e);
                }
                freeMemory.run();
                learnt.merge(key, tried / 2, Math::min);
                log.warn("memory was not enough for a batch of {}: passes go on with {}", pass, learnt.get(key));
            }
        }
    }
}
