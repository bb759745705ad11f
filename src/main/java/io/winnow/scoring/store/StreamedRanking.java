package io.winnow.scoring.store;

import static io.winnow.scoring.ScoreStore.CHUNK;

import java.util.Arrays;
import java.util.List;

/**
 * Ranks a set of any size: range after range of keys is gathered by reading all keys in sample order, and sorted in the heap.
 * A set that fits into one range takes one reading, 100 million samples two dozen.
 */
final class StreamedRanking {

    private final IntSpool keys;
    private final int most;
    private final Sink sink;
    private final int[] chunk = new int[CHUNK];
    private int filled;
    private int chunks;

    /**
     * @param most samples sorted at a time; 16 bytes of heap each
     */
    StreamedRanking(IntSpool keys, int most, Sink sink) {
        this.keys = keys;
        this.most = most;
        this.sink = sink;
    }

    void write() {
        List<KeyRanges.Range> ranges = KeyRanges.cut(keys, most);
        RangeSorter sorter = new RangeSorter(keys, ranges);
        for (KeyRanges.Range range : ranges) {
            if (range.isOneKey()) {
                inSampleOrder(range);
            } else {
                sorted(range, sorter);
            }
        }
        if (filled > 0) {
            sink.chunk(chunks, Arrays.copyOf(chunk, filled));
        }
    }

    private void inSampleOrder(KeyRanges.Range range) {
        int wanted = (int) range.from();
        keys.forEach((first, read, count) -> {
            for (int i = 0; i < count; i++) {
                if (read[i] == wanted) {
                    emit(first + i);
                }
            }
        });
    }

    private void sorted(KeyRanges.Range range, RangeSorter sorter) {
        long[] sorted = sorter.sort(range, (index, sample) -> sample);
        for (int i = 0; i < range.size(); i++) {
            emit((int) sorted[i]);
        }
    }

    private void emit(int sample) {
        chunk[filled++] = sample;
        if (filled == CHUNK) {
            sink.chunk(chunks++, chunk);
            filled = 0;
        }
    }

    /** Receives the ranking, chunk by chunk. */
    @FunctionalInterface
    interface Sink {

        /**
         * @param samples a full chunk, or the last one; reused
         */
        void chunk(int number, int[] samples);
    }
}
