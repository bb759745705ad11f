package io.winnow.dataset.picture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A lossless WebP for its decoder, which reads ahead, catches an exception for each bit after the end, and makes up the rest of the
 * picture. Here it finds some bytes more than there are, so that a whole file is read without one exception, and then a failure
 * that it does not catch.
 */
final class LosslessInput extends MemoryCacheImageInputStream {

    /** Twice as many bytes as the decoder reads ahead. */
    private static final int MORE = 16;

    LosslessInput(byte[] encoded) {
        super(new ByteArrayInputStream(Arrays.copyOf(encoded, encoded.length + MORE)));
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        if (next < 0) {
            throw new IOException("the picture ends before its last pixel");
        }
        return next;
    }
}
