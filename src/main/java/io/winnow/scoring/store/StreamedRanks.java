package io.winnow.scoring.store;

import static io.winnow.scoring.ScoreStore.CHUNK;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * The rank of each sample of a set of any size: its place from 0 in the order of the keys, where equal ones share the mean of
 * their places. Range after range of keys is gathered and sorted in the heap as for a {@link StreamedRanking}; what is kept
 * are the ranks of its samples in sample order, so that all ranks are written once, one after the other, and read likewise.
 */
final class StreamedRanks implements AutoCloseable {

    private final IntSpool keys;
    private final List<KeyRanges.Range> ranges;
    private final long[] froms;
    /** Doubled, to be whole numbers; range after range, but none of a range of one key, whose samples share theirs. */
    private final IntSpool twice;

    private final int[] firsts;
    /** Of the last sample among the first {@code firsts[i]}: twice its rank, and which of its range it is. */
    private final long[] lasts;

    private int[] chunk = new int[CHUNK];
    private int filled;

    /**
     * @param most samples sorted at a time; 20 bytes of heap each
     * @param firsts numbers k for which {@link Reader#isAmongFirst} is to be known, each in 1 … N
     * @param directory for temporary files
     */
    StreamedRanks(IntSpool keys, int most, int[] firsts, Path directory) {
        this.keys = keys;
        this.firsts = firsts;
        this.lasts = new long[firsts.length];
        this.ranges = KeyRanges.cut(keys, most);
        this.froms = ranges.stream().mapToLong(KeyRanges.Range::from).toArray();
        this.twice = new IntSpool(directory, most / CHUNK, () -> {});
        try {
            rank();
        } catch (RuntimeException | Error e) {
            twice.close();
            throw e;
        }
    }

    /** Goes through the samples in their order. */
    Reader read() {
        return new Reader();
    }

    @Override
    public void close() {
        twice.close();
    }

    private void rank() {
        RangeSorter sorter = new RangeSorter(keys, ranges);
        for (KeyRanges.Range range : ranges) {
            if (range.isOneKey()) {
                note(range, 0, range.size(), index -> index);
                continue;
            }
            rank(range, sorter.sort(range, (index, sample) -> index));
        }
        if (filled > 0) {
            twice.append(Arrays.copyOf(chunk, filled));
        }
    }

    private void rank(KeyRanges.Range range, long[] sorted) {
        int size = (int) range.size();
        int[] found = new int[size];
        for (int from = 0; from < size; ) {
            int to = from + 1;
            while (to < size && sorted[to] >>> Integer.SIZE == sorted[from] >>> Integer.SIZE) {
                to++;
            }
            for (int i = from; i < to; i++) {
                found[(int) sorted[i]] = (int) twiceTheRank(range.place() + from, to - from);
            }
            note(range, from, to - from, index -> sorted[(int) index] & 0xFFFFFFFFL);
            from = to;
        }
        keep(found);
    }

    /** Notes who is the last among the first, where it is one of {@code size} samples of the same key. */
    private void note(KeyRanges.Range range, long from, long size, LongUnaryOperator indexOf) {
        long place = range.place() + from;
        for (int i = 0; i < firsts.length; i++) {
            long last = firsts[i] - 1 - place;
            if (last >= 0 && last < size) {
                lasts[i] = ranked(twiceTheRank(place, size), indexOf.applyAsLong(from + last));
            }
        }
    }

    private void keep(int[] found) {
        for (int rank : found) {
            chunk[filled++] = rank;
            if (filled == CHUNK) {
                twice.append(chunk);
                chunk = new int[CHUNK];
                filled = 0;
            }
        }
    }

    private static long twiceTheRank(long place, long size) {
        return 2 * place + size - 1;
    }

    /** Orders samples by their rank, and those of one rank by their index in their range. */
    private static long ranked(long twiceTheRank, long index) {
        return twiceTheRank << Integer.SIZE | index;
    }

    /** Stands at a sample. */
    final class Reader {

        private final Cursor[] cursors = ranges.stream().map(Cursor::new).toArray(Cursor[]::new);
        private final int[] read = new int[CHUNK];
        private long first = -CHUNK;
        private int at = CHUNK;
        private long present;

        private Reader() {
            long stored = 0;
            for (Cursor cursor : cursors) {
                cursor.stored = stored;
                stored += cursor.range.isOneKey() ? 0 : cursor.range.size();
            }
        }

        /** Goes to the next sample, at first to the first. */
        void next() {
            if (at == CHUNK) {
                first += CHUNK;
                keys.read(first, read);
                at = 0;
            }
            int found = Arrays.binarySearch(froms, Integer.toUnsignedLong(read[at++]));
            present = cursors[found < 0 ? -found - 2 : found].next();
        }

        /** In 0 … N − 1, a whole number or the half of one. */
        double rank() {
            return (present >>> Integer.SIZE) / 2.0;
        }

        /** Whether the sample is among the first {@code firsts[i]} of the ranking, ties by smaller index. */
        boolean isAmongFirst(int i) {
            return Long.compareUnsigned(present, lasts[i]) <= 0;
        }
    }

    /** Stands before a sample of a range. */
    private final class Cursor {

        private static final int READ_AT_A_TIME = 4096;

        private final KeyRanges.Range range;
        private final int[] read;
        private long stored;
        private long index;

        Cursor(KeyRanges.Range range) {
            this.range = range;
            this.read = new int[range.isOneKey() ? 0 : (int) Math.min(READ_AT_A_TIME, range.size())];
        }

        long next() {
            if (range.isOneKey()) {
                return ranked(twiceTheRank(range.place(), range.size()), index++);
            }
            int at = (int) (index % read.length);
            if (at == 0) {
                twice.read(stored + index, read);
            }
            return ranked(Integer.toUnsignedLong(read[at]), index++);
        }
    }
}
