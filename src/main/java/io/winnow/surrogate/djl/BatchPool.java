package io.winnow.surrogate.djl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Batches that no stream uses at the moment. Their memory lies outside the heap and would otherwise come back only when the
 * garbage collector finds that it is not needed, which for a loop that makes little garbage is late.
 */
final class BatchPool {

    private static final int LARGEST = 8;

    private static final Deque<Batch> idle = new ArrayDeque<>();

    private BatchPool() {}

    /** A batch for as many samples of this size. */
    static synchronized Batch take(int capacity, int sampleBytes) {
        for (Iterator<Batch> batches = idle.iterator(); batches.hasNext(); ) {
            Batch batch = batches.next();
            if (batch.fits(capacity, sampleBytes)) {
                batches.remove();
                return batch;
            }
        }
        return new Batch(capacity, sampleBytes);
    }

    /** Gives a batch back, which forgets the one that was idle longest when there are many. */
    static synchronized void give(Batch batch) {
        idle.addFirst(batch);
        if (idle.size() > LARGEST) {
            idle.removeLast();
        }
    }
}
