package io.winnow.dataset;

import io.winnow.surrogate.SampleShape;

/** A decoded picture: {@code values} are unsigned bytes, [C, H, W] row-major. */
public record Pixels(SampleShape shape, byte[] values) {

    public Pixels {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(
                    "%d bytes do not fill a picture of %d".formatted(values.length, shape.size()));
        }
    }
}
