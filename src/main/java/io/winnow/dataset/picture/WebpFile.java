package io.winnow.dataset.picture;

import io.winnow.dataset.BadDataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Looks over a WebP before it is decoded: the decoder does whatever the file says, as often as it says so, and a file of some
 * hundred bytes can say that the whole picture is to be gone over for minutes. What is refused here no encoder writes.
 */
final class WebpFile {

    private static final int FIRST_CHUNK = 12;
    private static final int CHUNK_HEAD = 8;
    private static final int FRAME_HEAD = 16;
    private static final int ANIMATED = 2;
    private static final int MOST_CHUNKS = 1_000;

    private final ByteBuffer file;
    private final long mostPixels;

    private WebpFile(byte[] encoded, long mostPixels) {
        this.file = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        this.mostPixels = mostPixels;
    }

    /**
     * @param encoded any file: those of other kinds pass
     * @param mostPixels of a picture inside a file whose head may tell of a smaller one
     * @throws BadDataException when it is a WebP that would keep the decoder for longer than its pixels are worth
     */
    static void check(byte[] encoded, long mostPixels) throws BadDataException {
        WebpFile webp = new WebpFile(encoded, mostPixels);
        if (!webp.isWebp()) {
            return;
        }
        try {
            webp.checkChunks();
        } catch (IndexOutOfBoundsException e) {
            throw new BadDataException(DamagedPicture.REASON);
        }
    }

    /** Whether a decoder of lossless pictures may read the file. */
    static boolean mayBeLossless(byte[] encoded) {
        WebpFile webp = new WebpFile(encoded, 0);
        return webp.isWebp() && (webp.isAt("VP8L", FIRST_CHUNK) || webp.isAt("VP8X", FIRST_CHUNK));
    }

    private boolean isWebp() {
        return file.limit() >= FIRST_CHUNK + CHUNK_HEAD && isAt("RIFF", 0) && isAt("WEBP", 8);
    }

    private void checkChunks() throws BadDataException {
        if (!isAt("VP8X", FIRST_CHUNK)) {
            checkPictures(FIRST_CHUNK, end(FIRST_CHUNK), 0, 0);
            return;
        }
        int canvas = FIRST_CHUNK + CHUNK_HEAD;
        long from = end(FIRST_CHUNK);
        if ((file.get(canvas) & ANIMATED) == 0) {
            checkPictures(from, file.limit(), number24(canvas + 4) + 1, number24(canvas + 7) + 1);
        } else {
            checkFirstFrame(from);
        }
    }

    /** Only the first frame is decoded. */
    private void checkFirstFrame(long from) throws BadDataException {
        int chunks = 0;
        for (long at = from; hasChunk(at, file.limit()); at = end(at)) {
            DamagedPicture.unless(++chunks <= MOST_CHUNKS);
            if (isAt("ANMF", at)) {
                int frame = Math.toIntExact(at) + CHUNK_HEAD;
                checkPictures(frame + FRAME_HEAD, end(at), number24(frame + 6) + 1, number24(frame + 9) + 1);
                return;
            }
        }
    }

    /**
     * A picture is one chunk of pixels and perhaps one of transparency before it; the decoder would decode as many as there are.
     *
     * @param width of the picture, where not the chunk of pixels tells it
     */
    private void checkPictures(long from, long to, int width, int height) throws BadDataException {
        int chunks = 0;
        int pictures = 0;
        int alphas = 0;
        for (long at = from; hasChunk(at, to); at = end(at)) {
            DamagedPicture.unless(++chunks <= MOST_CHUNKS);
            int data = Math.toIntExact(at) + CHUNK_HEAD;
            if (isAt("VP8L", at)) {
                DamagedPicture.unless(++pictures == 1);
                int size = file.getInt(data + 1);
                LosslessHead.check(
                        file.array(),
                        data + 5,
                        limit(at),
                        width > 0 ? width : 1 + (size & 0x3fff),
                        width > 0 ? height : 1 + (size >>> 14 & 0x3fff));
            } else if (isAt("VP8 ", at)) {
                DamagedPicture.unless(++pictures == 1);
                long pixels = (long) (file.getShort(data + 6) & 0x3fff) * (file.getShort(data + 8) & 0x3fff);
                DamagedPicture.unless(pixels <= mostPixels);
            } else if (isAt("ALPH", at)) {
                DamagedPicture.unless(++alphas == 1);
                if ((file.get(data) & 3) == 1) {
                    LosslessHead.check(file.array(), data + 1, limit(at), width, height);
                }
            }
        }
    }

    private boolean isAt(String name, long at) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        int place = Math.toIntExact(at);
        for (int i = 0; i < bytes.length; i++) {
            if (file.get(place + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean hasChunk(long at, long to) {
        return at + CHUNK_HEAD <= Math.min(to, file.limit());
    }

    /** Where the data of a chunk end, or the file. */
    private int limit(long at) {
        return (int) Math.min(at + CHUNK_HEAD + length(at), file.limit());
    }

    /** Where the next chunk begins. */
    private long end(long at) {
        long length = length(at);
        return at + CHUNK_HEAD + length + (length & 1);
    }

    private long length(long at) {
        return Integer.toUnsignedLong(file.getInt(Math.toIntExact(at) + 4));
    }

    private int number24(int at) {
        return file.getShort(at) & 0xffff | (file.get(at + 2) & 0xff) << 16;
    }
}
