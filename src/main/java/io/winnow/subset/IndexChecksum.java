package io.winnow.subset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The checksum of a list: SHA-256 over its indices by rising index, each as a little-endian 64-bit integer. In Python:
 * {@code hashlib.sha256(np.sort(indices).astype('<i8').tobytes())}. It does not depend on the order of the answer.
 */
final class IndexChecksum {

    private final MessageDigest digest;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 15).order(ByteOrder.LITTLE_ENDIAN);

    IndexChecksum() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String of(int[] ascending) {
        IndexChecksum checksum = new IndexChecksum();
        for (int index : ascending) {
            checksum.add(index);
        }
        return checksum.value();
    }

    void add(int index) {
        if (!buffer.hasRemaining()) {
            drain();
        }
        buffer.putLong(index);
    }

    /** {@code sha256:} and 64 hexadecimal digits; ends the computation. */
    String value() {
        drain();
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    private void drain() {
        digest.update(buffer.array(), 0, buffer.position());
        buffer.clear();
    }
}
