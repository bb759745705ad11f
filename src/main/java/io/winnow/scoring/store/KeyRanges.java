package io.winnow.scoring.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the space of order keys, read as unsigned, into ascending ranges that each hold no more samples than are sorted at a
 * time. Only a single key may hold more: its samples are equal and need no sorting.
 */
final class KeyRanges {

    private static final int HALF_BITS = 16;
    private static final int HALF = 1 << HALF_BITS;
    private static final int LOW = HALF - 1;

    private final IntSpool keys;
    private final int most;
    private final List<Range> ranges = new ArrayList<>();
    private long placed;

    private KeyRanges(IntSpool keys, int most) {
        this.keys = keys;
        this.most = most;
    }

    /**
     * @param most samples sorted at a time
     */
    static List<Range> cut(IntSpool keys, int most) {
        KeyRanges cut = new KeyRanges(keys, most);
        cut.cutUpperHalves();
        return cut.ranges;
    }

    private void cutUpperHalves() {
        long[] sizes = new long[HALF];
        keys.forEach((first, chunk, count) -> {
            for (int i = 0; i < count; i++) {
                sizes[chunk[i] >>> HALF_BITS]++;
            }
        });
        Run run = new Run();
        for (int upper = 0; upper < HALF; upper++) {
            long from = (long) upper << HALF_BITS;
            if (sizes[upper] > most) {
                run.end();
                cutLowerHalves(upper);
            } else {
                run.add(from, from + LOW, sizes[upper]);
            }
        }
        run.end();
    }

    private void cutLowerHalves(int upper) {
        long[] sizes = new long[HALF];
        keys.forEach((first, chunk, count) -> {
            for (int i = 0; i < count; i++) {
                if (chunk[i] >>> HALF_BITS == upper) {
                    sizes[chunk[i] & LOW]++;
                }
            }
        });
        Run run = new Run();
        for (int lower = 0; lower < HALF; lower++) {
            long key = (long) upper << HALF_BITS | lower;
            if (sizes[lower] > most) {
                run.end();
            }
            run.add(key, key, sizes[lower]);
        }
        run.end();
    }

    /**
     * Keys {@code from} … {@code to}, both included.
     *
     * @param place samples with a smaller key
     * @param size samples with such a key
     */
    record Range(long from, long to, long place, long size) {

        boolean holds(int key) {
            long unsigned = Integer.toUnsignedLong(key);
            return unsigned >= from && unsigned <= to;
        }

        boolean isOneKey() {
            return from == to;
        }
    }

    /** Neighbouring keys that still fit into one range. */
    private final class Run {

        private long from;
        private long to;
        private long size;

        void add(long first, long last, long samples) {
            if (samples == 0) {
                return;
            }
            if (size + samples > most) {
                end();
            }
            if (size == 0) {
                from = first;
            }
            to = last;
            size += samples;
        }

        void end() {
            if (size > 0) {
                ranges.add(new Range(from, to, placed, size));
                placed += size;
            }
            size = 0;
        }
    }
}
