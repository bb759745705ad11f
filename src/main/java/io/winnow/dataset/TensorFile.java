package io.winnow.dataset;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Layout of a tensor file, little-endian: a header of 4096 bytes, the samples [N, C, H, W], the labels as int32 [N].
 * Offsets are long and checked against the length of the file before anything is mapped.
 *
 * @param classes number of classes; every label is below it
 * @param sha256 digest over samples and labels, 32 bytes
 */
record TensorFile(Element element, SampleShape shape, int classes, long samples, byte[] sha256) {

    static final int HEADER_BYTES = 4096;

    private static final byte[] MAGIC = "WNTENSOR".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int CRC_AT = 80;

    int sampleBytes() {
        return Math.multiplyExact(shape.size(), element.bytes());
    }

    long labelsOffset() {
        return Math.addExact(HEADER_BYTES, Math.multiplyExact(samples, (long) sampleBytes()));
    }

    long length() {
        return Math.addExact(labelsOffset(), Math.multiplyExact(samples, (long) Integer.BYTES));
    }

    ByteBuffer header() {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putInt(VERSION).putInt(element.ordinal());
        header.putInt(shape.channels()).putInt(shape.height()).putInt(shape.width());
        header.putInt(classes).putLong(samples).putLong(labelsOffset()).put(sha256);
        header.putInt(CRC_AT, crc(header));
        return header.clear();
    }

    /** Reads the header and holds it against the length of the file. */
    static TensorFile read(FileChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (header.hasRemaining()) {
            if (channel.read(header, header.position()) < 0) {
                throw new IOException("the tensor file is cut short within its header");
            }
        }
        header.flip();
        byte[] magic = new byte[MAGIC.length];
        header.get(magic);
        if (!Arrays.equals(magic, MAGIC) || header.getInt() != VERSION || header.getInt(CRC_AT) != crc(header)) {
            throw new IOException("not a tensor file of this version, or its header is damaged");
        }
        Element element = Element.values()[Math.floorMod(header.getInt(), Element.values().length)];
        SampleShape shape = new SampleShape(header.getInt(), header.getInt(), header.getInt());
        int classes = header.getInt();
        long samples = header.getLong();
        long labelsOffset = header.getLong();
        byte[] sha256 = new byte[32];
        header.get(sha256);
        TensorFile file = new TensorFile(element, shape, classes, samples, sha256);
        if (samples < 1
                || samples > Integer.MAX_VALUE
                || labelsOffset != file.labelsOffset()
                || channel.size() != file.length()) {
            throw new IOException("the tensor file's length %d does not fit its header (%d samples of %d bytes)"
                    .formatted(channel.size(), samples, file.sampleBytes()));
        }
        return file;
    }

    private static int crc(ByteBuffer header) {
        CRC32 crc = new CRC32();
        crc.update(header.duplicate().position(0).limit(CRC_AT));
        return (int) crc.getValue();
    }
}
