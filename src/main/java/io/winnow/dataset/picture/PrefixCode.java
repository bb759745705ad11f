package io.winnow.dataset.picture;

import io.winnow.dataset.BadDataException;
import java.util.Arrays;

/** A prefix code of a lossless WebP: how it is written, and its symbols bit by bit. Incomplete and overfull ones are refused. */
final class PrefixCode {

    private static final int LONGEST = 15;
    private static final int[] ORDER_OF_LENGTHS = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    /** The number of symbols by the length of their code. */
    private final int[] counts = new int[LONGEST + 1];
    /** By the length of their code, then by their value. */
    private final int[] symbols;

    /** @param lengths of the codes of the symbols; 0 for those that do not occur */
    private PrefixCode(int[] lengths) throws BadDataException {
        int used = 0;
        for (int length : lengths) {
            if (length > 0) {
                counts[length]++;
                used++;
            }
        }
        DamagedPicture.unless(used > 0);
        symbols = new int[used];
        int[] next = new int[LONGEST + 1];
        int open = 1;
        for (int length = 1; length <= LONGEST; length++) {
            next[length] = next[length - 1] + counts[length - 1];
            open = 2 * open - counts[length];
            DamagedPicture.unless(open >= 0);
        }
        // A single symbol takes no bits, whatever length it was given.
        DamagedPicture.unless(open == 0 || used == 1);
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] > 0) {
                symbols[next[lengths[symbol]]++] = symbol;
            }
        }
    }

    /** @param size of the alphabet */
    static PrefixCode read(LosslessBits bits, int size) throws BadDataException {
        int[] lengths = new int[size];
        if (bits.read(1) == 1) {
            boolean two = bits.read(1) == 1;
            int first = bits.read(bits.read(1) == 1 ? 8 : 1);
            DamagedPicture.unless(first < size);
            lengths[first] = 1;
            if (two) {
                // The decoder takes the first for the smaller one, as encoders write them.
                int second = bits.read(8);
                DamagedPicture.unless(first < second && second < size);
                lengths[second] = 1;
            }
        } else {
            readLengths(bits, lengths);
        }
        return new PrefixCode(lengths);
    }

    private static void readLengths(LosslessBits bits, int[] lengths) throws BadDataException {
        int[] ofLengths = new int[ORDER_OF_LENGTHS.length];
        int given = bits.read(4) + 4;
        for (int i = 0; i < given; i++) {
            ofLengths[ORDER_OF_LENGTHS[i]] = bits.read(3);
        }
        PrefixCode code = new PrefixCode(ofLengths);
        int left = bits.read(1) == 0 ? lengths.length : 2 + bits.read(2 + 2 * bits.read(3));
        DamagedPicture.unless(left <= lengths.length);
        int before = 8;
        for (int i = 0; i < lengths.length && left > 0; left--) {
            int length = code.next(bits);
            if (length <= LONGEST) {
                lengths[i++] = length;
                before = length == 0 ? before : length;
            } else {
                int times = length == 16 ? 3 + bits.read(2) : length == 17 ? 3 + bits.read(3) : 11 + bits.read(7);
                DamagedPicture.unless(i + times <= lengths.length);
                Arrays.fill(lengths, i, i + times, length == 16 ? before : 0);
                i += times;
            }
        }
    }

    /** The symbol that comes next. */
    int next(LosslessBits bits) throws BadDataException {
        if (symbols.length == 1) {
            return symbols[0];
        }
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code |= bits.read(1);
            int count = counts[length];
            if (code - first < count) {
                return symbols[index + code - first];
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        throw new BadDataException(DamagedPicture.REASON);
    }
}
