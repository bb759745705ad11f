package io.winnow.dataset.picture;

import io.winnow.dataset.BadDataException;

/**
 * What comes before the pixels of a lossless WebP (RFC 9649), read without keeping any: the transforms, each of which goes once
 * over the whole picture, and the number of groups of prefix codes, each of which is a table to build. The format allows each
 * transform once, and as many groups as 65,536; libwebp writes at most 2,600.
 */
final class LosslessHead {

    private static final int MOST_GROUPS = 10_000;
    private static final int COLOUR_INDEXING = 3;
    private static final int SUBTRACT_GREEN = 2;
    private static final int LITERALS = 256;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;

    private final LosslessBits bits;

    private LosslessHead(LosslessBits bits) {
        this.bits = bits;
    }

    /**
     * @param from where the first transform would be
     * @throws BadDataException when it is damaged, or asks for more work than any encoder would
     */
    static void check(byte[] file, int from, int to, int width, int height) throws BadDataException {
        new LosslessHead(new LosslessBits(file, from, to)).check(width, height);
    }

    private void check(int width, int height) throws BadDataException {
        int columns = width;
        int seen = 0;
        while (bits.read(1) == 1) {
            int transform = bits.read(2);
            DamagedPicture.unless((seen >> transform & 1) == 0);
            seen |= 1 << transform;
            if (transform == COLOUR_INDEXING) {
                int colours = bits.read(8) + 1;
                skipPicture(colours, 1);
                columns = blocks(columns, colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3);
            } else if (transform != SUBTRACT_GREEN) {
                int size = bits.read(3) + 2;
                skipPicture(blocks(columns, size), blocks(height, size));
            }
        }
        readCacheBits();
        if (bits.read(1) == 1) {
            int size = bits.read(3) + 2;
            DamagedPicture.unless(skipPicture(blocks(columns, size), blocks(height, size)) < MOST_GROUPS);
        }
    }

    private static int blocks(int size, int bits) {
        return (size + (1 << bits) - 1) >> bits;
    }

    private int readCacheBits() throws BadDataException {
        if (bits.read(1) == 0) {
            return 0;
        }
        int cache = bits.read(4);
        DamagedPicture.unless(cache >= 1 && cache <= 11);
        return cache;
    }

    /**
     * Reads past a picture without transforms and groups of its own. Copies and colours of the cache repeat what was literal
     * before, so the literals tell the largest value.
     *
     * @return the largest number that red and green make together
     */
    private int skipPicture(int width, int height) throws BadDataException {
        int cache = readCacheBits();
        PrefixCode green = PrefixCode.read(bits, LITERALS + LENGTHS + (cache == 0 ? 0 : 1 << cache));
        PrefixCode red = PrefixCode.read(bits, LITERALS);
        PrefixCode blue = PrefixCode.read(bits, LITERALS);
        PrefixCode alpha = PrefixCode.read(bits, LITERALS);
        PrefixCode distance = PrefixCode.read(bits, DISTANCES);
        int largest = 0;
        long pixels = (long) width * height;
        for (long i = 0; i < pixels; i++) {
            int symbol = green.next(bits);
            if (symbol < LITERALS) {
                largest = Math.max(largest, red.next(bits) << 8 | symbol);
                blue.next(bits);
                alpha.next(bits);
            } else if (symbol < LITERALS + LENGTHS) {
                i += readRun(symbol - LITERALS) - 1;
                readRun(distance.next(bits));
                DamagedPicture.unless(i < pixels);
            }
        }
        return largest;
    }

    /** A length or a distance: a prefix that tells how many more bits follow. */
    private int readRun(int prefix) throws BadDataException {
        if (prefix < 4) {
            return prefix + 1;
        }
        int more = (prefix - 2) >> 1;
        return ((2 + (prefix & 1)) << more) + bits.read(more) + 1;
    }
}
