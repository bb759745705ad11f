package io.winnow.scoring;

import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.IntConsumer;

/**
 * Spreads the passes of one run over several workers. A shard is a part of a pass; what it finds is kept as it came out of the
 * surrogate and read in the order of the samples, so that the run sees the same to the bit as if it had made the pass itself.
 */
public interface Shards {

    /** Every worker makes its passes itself. */
    Shards NONE = new Shards() {
        @Override
        public boolean spreads(int samples) {
            return false;
        }

        @Override
        public boolean run(
                ShardPass pass, int samples, Checkpoints.Content state, Work work, IntConsumer done, Reader reader) {
            throw new UnsupportedOperationException("passes are not spread here");
        }
    };

    /** Whether a pass over that many samples is worth it. */
    boolean spreads(int samples);

    /**
     * Has all shards of a pass computed, here and by whoever else is free, and reads what they found in order.
     *
     * @param state what another worker needs for the pass
     * @param work computes a shard here
     * @param done told how many samples more are through the pass
     * @param reader called for the shards in the order of the samples
     * @return false when this pass cannot be spread after all: nothing of it was read, and it is to be made here
     * @throws io.winnow.surrogate.TrainingStoppedException when the run is to stop
     */
    boolean run(ShardPass pass, int samples, Checkpoints.Content state, Work work, IntConsumer done, Reader reader);

    /** Computes the samples {@code from} … {@code to}−1 of a pass. */
    @FunctionalInterface
    interface Work {
        void compute(int from, int to, StopSignal stop, OutputStream out) throws IOException;
    }

    /** Reads what {@link Work} wrote. */
    @FunctionalInterface
    interface Reader {
        void read(InputStream in) throws IOException;
    }
}
