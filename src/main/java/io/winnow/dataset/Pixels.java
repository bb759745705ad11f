package io.winnow.dataset;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.SampleShape;

/**
 * The values of one sample: those of a decoded picture, unsigned bytes [C, H, W] row-major, or features, little-endian
 * float32 [D, 1, 1].
 */
public record Pixels(SampleShape shape, Element element, byte[] values) {

    public Pixels {
        if (values.length != Math.multiplyExact(shape.size(), element.bytes())) {
            throw new IllegalArgumentException(
                    "%d bytes do not fill a sample of %d values".formatted(values.length, shape.size()));
        }
    }

    /** A picture. */
    public Pixels(SampleShape shape, byte[] values) {
        this(shape, Element.UINT8, values);
    }
}
