package io.winnow.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * Layout of a file of keys, little-endian: a header of 128 bytes, the keys in UTF-8 one after another, then an index of
 * samples + 1 entries of 8 bytes. An entry holds, in its upper 48 bits, where the key begins among the keys (the last one,
 * where they end) and, in its lower 16, a check of the key's bytes.
 *
 * @param samples number of keys
 * @param textBytes length of all keys together
 * @param tensors digest of the tensor store whose samples these keys name, 32 bytes
 */
record KeyFile(long samples, long textBytes, byte[] tensors) {

    static final int HEADER_BYTES = 128;
    static final int CHECK_BITS = 16;
    /** The longest key in bytes, which is also the longest path of most systems. */
    static final int LONGEST = 4096;

    private static final byte[] MAGIC = "WNSAMKEY".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int CRC_AT = 64;

    /** @param checksum of the split, {@code sha256:…} */
    static byte[] digest(String checksum) {
        return HexFormat.of().parseHex(checksum, checksum.indexOf(':') + 1, checksum.length());
    }

    static long entry(long offset, long hash) {
        return offset << CHECK_BITS | check(hash);
    }

    static long offset(long entry) {
        return entry >>> CHECK_BITS;
    }

    static boolean fits(long entry, long hash) {
        return (entry & (1 << CHECK_BITS) - 1) == check(hash);
    }

    private static long check(long hash) {
        return hash >>> Long.SIZE - CHECK_BITS;
    }

    /** FNV-1a of the bytes, mixed by the finaliser of SplitMix64. */
    static long hash(byte[] key) {
        long hash = 0xCBF29CE484222325L;
        for (byte value : key) {
            hash = (hash ^ value & 0xFF) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ hash >>> 27) * 0x94D049BB133111EBL;
        return hash ^ hash >>> 31;
    }

    long indexOffset() {
        return HEADER_BYTES + textBytes;
    }

    long indexBytes() {
        return (samples + 1) * Long.BYTES;
    }

    ByteBuffer header() {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putInt(VERSION).putInt(0).putLong(samples).putLong(textBytes);
        header.put(tensors);
        header.putInt(CRC_AT, crc(header));
        return header.clear();
    }

    /** Reads the header and holds it against the length of the file. */
    static KeyFile read(FileChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (header.hasRemaining()) {
            if (channel.read(header, header.position()) < 0) {
                throw new IOException("the file of keys is cut short within its header");
            }
        }
        header.flip();
        byte[] magic = new byte[MAGIC.length];
        header.get(magic);
        if (!Arrays.equals(magic, MAGIC)
                || header.getInt() != VERSION
                || header.getInt() != 0
                || header.getInt(CRC_AT) != crc(header)) {
            throw new IOException("not a file of keys of this version, or its header is damaged");
        }
        long samples = header.getLong();
        long textBytes = header.getLong();
        byte[] tensors = new byte[32];
        header.get(tensors);
        KeyFile file = new KeyFile(samples, textBytes, tensors);
        if (samples < 1
                || samples > Integer.MAX_VALUE
                || textBytes < 0
                || textBytes > samples * LONGEST
                || channel.size() != file.indexOffset() + file.indexBytes()) {
            throw new IOException("the length %d of the file of keys does not fit its header (%d keys of %d bytes)"
                    .formatted(channel.size(), samples, textBytes));
        }
        return file;
    }

    private static int crc(ByteBuffer header) {
        CRC32 crc = new CRC32();
        crc.update(header.duplicate().position(0).limit(CRC_AT));
        return (int) crc.getValue();
    }
}
