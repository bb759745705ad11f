package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetSource.Picture;
import io.winnow.dataset.Pixels;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What the samples of an array are, and how they are read. */
sealed interface NpySamples {

    long LARGEST = 1 << 26;

    SampleShape shape();

    /** The next sample, whose values are looked at when it is decoded. */
    Picture next(NpyArray.Values values) throws IOException;

    /** @throws BadDataException when an array of that dtype and shape holds neither pictures nor features */
    static NpySamples of(NpyArray array) throws BadDataException {
        long[] sides = array.shape();
        if (array.isFloat() || sides.length == 2) {
            return Features.of(array);
        }
        if (!array.isUnsignedByte()) {
            throw new BadDataException(
                    "%s is of dtype %s; pictures must be uint8, and features float32 or float64 [N, D]"
                            .formatted(array.name(), array.dtype()));
        }
        if (sides.length != 3 && sides.length != 4) {
            throw new BadDataException("%s has the shape %s; pictures are [N, H, W], [N, C, H, W] or [N, H, W, C]"
                    .formatted(array.name(), Arrays.toString(sides)));
        }
        return Pictures.of(array);
    }

    /**
     * Vectors of float32 or float64, [N, D]. The store holds float32; what is float64 is rounded to the nearest.
     *
     * @param shape [D, 1, 1]
     */
    record Features(String name, SampleShape shape) implements NpySamples {

        static Features of(NpyArray array) throws BadDataException {
            long[] sides = array.shape();
            if (!array.isFeatures()) {
                throw new BadDataException("%s is of dtype %s and shape %s; features must be float32 or float64 [N, D]"
                        .formatted(array.name(), array.dtype(), Arrays.toString(sides)));
            }
            if (sides.length != 2) {
                throw new BadDataException("%s has the shape %s; features are [N, D], and pictures are uint8"
                        .formatted(array.name(), Arrays.toString(sides)));
            }
            if (sides[1] < 1 || sides[1] > LARGEST) {
                throw new BadDataException(
                        "%s has vectors of absurd size: %s".formatted(array.name(), Arrays.toString(sides)));
            }
            return new Features(array.name(), new SampleShape((int) sides[1], 1, 1));
        }

        @Override
        public Picture next(NpyArray.Values values) throws IOException {
            float[] features = new float[shape.channels()];
            values.readFloats(features);
            return () -> checked(features);
        }

        private Pixels checked(float[] features) throws BadDataException {
            ByteBuffer bytes =
                    ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int d = 0; d < features.length; d++) {
                if (!Float.isFinite(features[d])) {
                    throw new BadDataException(
                            "feature %d is %s; features must be finite float32 numbers".formatted(d, features[d]));
                }
                bytes.putFloat(features[d]);
            }
            return new Pixels(shape, Element.FLOAT32, bytes.array());
        }
    }

    /** Pictures of uint8. Channels are the side that is 1 or 3; where both could be, the first of them. */
    record Pictures(SampleShape shape, boolean channelsLast) implements NpySamples {

        static Pictures of(NpyArray array) throws BadDataException {
            long[] sides = array.shape();
            boolean grey = sides.length == 3;
            boolean last = !grey && !isChannels(sides[1]);
            if (last && !isChannels(sides[3])) {
                throw new BadDataException("%s has the shape %s, in which no side is 1 or 3 channels"
                        .formatted(array.name(), Arrays.toString(sides)));
            }
            long channels = grey ? 1 : last ? sides[3] : sides[1];
            long height = grey || last ? sides[1] : sides[2];
            long width = grey || last ? sides[2] : sides[3];
            if (height < 1 || width < 1 || height > LARGEST / width || height * width > LARGEST / channels) {
                throw new BadDataException(
                        "%s has pictures of absurd size: %s".formatted(array.name(), Arrays.toString(sides)));
            }
            return new Pictures(new SampleShape((int) channels, (int) height, (int) width), last);
        }

        private static boolean isChannels(long side) {
            return side == 1 || side == 3;
        }

        @Override
        public Picture next(NpyArray.Values values) throws IOException {
            byte[] picture = new byte[shape.size()];
            values.read(picture);
            return () -> new Pixels(shape, channelsLast ? planes(picture) : picture);
        }

        private byte[] planes(byte[] interleaved) {
            int channels = shape.channels();
            int plane = shape.height() * shape.width();
            byte[] planes = new byte[interleaved.length];
            for (int i = 0; i < interleaved.length; i++) {
                planes[i % channels * plane + i / channels] = interleaved[i];
            }
            return planes;
        }
    }
}
