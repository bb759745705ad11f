package io.winnow.dataset;

import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests that every JDK has. */
final class Sha256 {

    static final int BYTES = 32;

    private static final int BUFFER_BYTES = 1 << 17;

    private Sha256() {}

    static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Of all that is left to read, which takes minutes for what is large.
     *
     * @throws TrainingStoppedException when told to stop
     */
    static byte[] of(ReadableByteChannel channel, StopSignal stop) throws IOException {
        MessageDigest digest = create();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer.clear()) >= 0) {
            digest.update(buffer.flip());
            stop.check();
        }
        return digest.digest();
    }
}
