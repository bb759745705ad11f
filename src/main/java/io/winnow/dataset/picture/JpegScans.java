package io.winnow.dataset.picture;

import io.winnow.dataset.BadDataException;

/**
 * Counts the scans of a JPEG before it is decoded. A progressive one has about ten, and the decoder goes over the whole picture for
 * each, but the format bounds them not, and a scan may be ten bytes long.
 */
final class JpegScans {

    /** Some six seconds' worth; what has the most pixels may have 15 scans. */
    private static final long MOST_VISITS = 1_000_000_000;

    private static final int ESCAPE = 0xff;
    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int SCAN = 0xda;

    private final byte[] file;
    private int at;

    private JpegScans(byte[] file) {
        this.file = file;
    }

    /**
     * @param encoded any file: those of other kinds pass
     * @throws BadDataException when a picture of so many pixels has too many scans
     */
    static void check(byte[] encoded, long pixels) throws BadDataException {
        if (encoded.length < 2 || (encoded[0] & 0xff) != ESCAPE || (encoded[1] & 0xff) != START) {
            return;
        }
        int scans = new JpegScans(encoded).count();
        if (scans * pixels > MOST_VISITS) {
            throw new BadDataException("is a JPEG of %d pixels in %d scans; at most %d scans of so many are decoded"
                    .formatted(pixels, scans, MOST_VISITS / pixels));
        }
    }

    private int count() {
        int scans = 0;
        for (int marker = nextMarker(); marker >= 0 && marker != END; marker = nextMarker()) {
            if (marker == SCAN) {
                scans++;
            }
            if (hasLength(marker)) {
                at += at + 1 < file.length ? (file[at] & 0xff) << 8 | file[at + 1] & 0xff : 2;
            }
        }
        return scans;
    }

    /** Also past the data of a scan, in which an escape is followed by 0 or by a restart. */
    private int nextMarker() {
        for (; at + 1 < file.length; at++) {
            int marker = file[at + 1] & 0xff;
            if ((file[at] & 0xff) == ESCAPE && marker != 0 && marker != ESCAPE) {
                at += 2;
                return marker;
            }
        }
        return -1;
    }

    private static boolean hasLength(int marker) {
        boolean restart = marker >= 0xd0 && marker <= 0xd7;
        return !restart && marker != START && marker != 1;
    }
}
