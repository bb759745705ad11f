package io.winnow.surrogate;

/** What one value of a sample is. */
public enum Element {
    /** An unsigned byte, as pictures have. */
    UINT8(1),
    /** A float32, little-endian, as features have. */
    FLOAT32(4);

    private final int bytes;

    Element(int bytes) {
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }
}
