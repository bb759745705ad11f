package io.winnow.dataset.picture;

import io.winnow.dataset.BadDataException;

/** The bits of a lossless WebP, the lowest of each byte first. */
final class LosslessBits {

    private final byte[] file;
    private final long end;
    private long at;

    LosslessBits(byte[] file, int from, int to) {
        this.file = file;
        this.at = from * 8L;
        this.end = to * 8L;
    }

    /** @throws BadDataException when there are no more */
    int read(int count) throws BadDataException {
        DamagedPicture.unless(at + count <= end);
        int value = 0;
        for (int i = 0; i < count; i++, at++) {
            value |= (file[(int) (at >> 3)] >> (at & 7) & 1) << i;
        }
        return value;
    }
}
