package io.winnow.dataset.picture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes lossless WebPs of one colour, bit by bit, right and wrong ones. */
final class LosslessFixture {

    private static final int SIGNATURE = 0x2f;
    private static final int BLOCKS_OF_FOUR = 0;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int current;
    private int filled;

    /** Begins a picture. */
    LosslessFixture(int width, int height) {
        put(SIGNATURE, 8).put(width - 1, 14).put(height - 1, 14).put(0, 4);
    }

    /** Adds bits, the lowest first. */
    LosslessFixture put(int value, int count) {
        for (int i = 0; i < count; i++) {
            current |= (value >> i & 1) << filled;
            if (++filled == 8) {
                bytes.write(current);
                current = 0;
                filled = 0;
            }
        }
        return this;
    }

    /** Subtracts green, so many times. */
    LosslessFixture subtractGreen(int times) {
        for (int i = 0; i < times; i++) {
            put(1, 1).put(2, 2);
        }
        return this;
    }

    /** Predicts, from a picture of one colour. */
    LosslessFixture predict() {
        return put(1, 1).put(0, 2).put(BLOCKS_OF_FOUR, 3).put(0, 1).group(0, 0);
    }

    /** Ends the transforms; no cache, one group. */
    LosslessFixture oneGroup() {
        return put(0, 3).group(0, 0);
    }

    /** Ends the transforms; no cache, and so many groups, the last of which all blocks of 4×4 pixels have. */
    LosslessFixture groups(int count) {
        put(0, 2).put(1, 1).put(BLOCKS_OF_FOUR, 3).put(0, 1).group(count - 1 >> 8, count - 1 & 255);
        for (int i = 0; i < count; i++) {
            group(0, 0);
        }
        return this;
    }

    /** Codes of one symbol each, which take no bits: the pixels need none. */
    private LosslessFixture group(int red, int green) {
        return symbol(green).symbol(red).symbol(0).symbol(0).symbol(0);
    }

    private LosslessFixture symbol(int symbol) {
        return put(1, 1).put(0, 1).put(1, 1).put(symbol, 8);
    }

    /** Ends the transforms; no cache, one group whose codes take 15 bits for each symbol, and not one pixel. */
    LosslessFixture longCodesAndNoPixels() {
        put(0, 3);
        for (int code = 0; code < 5; code++) {
            put(0, 1).put(15, 4);
            put(0, 18 * 3).put(1, 3);
            put(0, 1);
        }
        return this;
    }

    byte[] chunk() {
        put(0, (8 - filled) % 8);
        return chunk("VP8L", bytes.toByteArray());
    }

    /** The whole file. */
    byte[] webp() {
        return riff(chunk());
    }

    /** A chunk with its padding. */
    static byte[] chunk(String name, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + (data.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .putInt(data.length)
                .put(data)
                .array();
    }

    static byte[] riff(byte[]... chunks) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("WEBP".getBytes(StandardCharsets.US_ASCII));
        for (byte[] chunk : chunks) {
            body.writeBytes(chunk);
        }
        return chunk("RIFF", body.toByteArray());
    }

    /** The head of a file with more than pixels, for a canvas of 16×16. */
    static byte[] canvas(int flags) {
        return chunk("VP8X", new byte[] {(byte) flags, 0, 0, 0, 15, 0, 0, 15, 0, 0});
    }
}
