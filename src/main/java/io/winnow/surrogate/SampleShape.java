package io.winnow.surrogate;

/** The shape [channels, height, width] of one sample; a vector of D features is [D, 1, 1]. */
public record SampleShape(int channels, int height, int width) {

    public SampleShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "a sample shape needs positive sides, not [%d, %d, %d]".formatted(channels, height, width));
        }
    }

    /** Number of elements of one sample. */
    public int size() {
        return Math.multiplyExact(Math.multiplyExact(channels, height), width);
    }
}
