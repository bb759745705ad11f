package io.winnow.scoring.store;

import io.winnow.scoring.Ranking;
import java.util.List;
import java.util.function.IntBinaryOperator;

/** Sorts the keys of one range after another, gathered by reading all keys in sample order. 16 bytes of heap a key. */
final class RangeSorter {

    private final IntSpool keys;
    private final long[] values;
    private final long[] spare;

    /**
     * @param ranges those that are sorted, and ranges of one key, which need no sorting
     */
    RangeSorter(IntSpool keys, List<KeyRanges.Range> ranges) {
        this.keys = keys;
        int longest = (int) ranges.stream()
                .filter(range -> !range.isOneKey())
                .mapToLong(KeyRanges.Range::size)
                .max()
                .orElse(0);
        this.values = new long[longest];
        this.spare = new long[longest];
    }

    /**
     * The keys of a range in their order, equal ones in sample order.
     *
     * @param told what is told of a key, of its index among those of the range in sample order and of its sample
     * @return as many as the range has: the key in the upper 32 bits, what is told of it in the lower; reused
     */
    long[] sort(KeyRanges.Range range, IntBinaryOperator told) {
        int[] gathered = {0};
        keys.forEach((first, read, count) -> {
            int at = gathered[0];
            for (int i = 0; i < count; i++) {
                if (range.holds(read[i])) {
                    values[at] = (long) read[i] << Integer.SIZE | told.applyAsInt(at, first + i);
                    at++;
                }
            }
            gathered[0] = at;
        });
        return Ranking.sort(values, spare, gathered[0]);
    }
}
