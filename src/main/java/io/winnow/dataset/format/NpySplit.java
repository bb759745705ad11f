package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.Pixels;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An array of pictures, uint8 [N, H, W], [N, C, H, W] or [N, H, W, C], with an array of labels, [N] or [N, 1]. Channels are
 * the side that is 1 or 3; where both could be, the first of them.
 */
final class NpySplit implements SplitSource {

    private static final long LARGEST_PICTURE = 1 << 26;

    private final NpyArray pictures;
    private final NpyArray labels;
    private final SampleShape shape;
    private final boolean channelsLast;
    private final int size;
    private final LabelCounts labelCounts = new LabelCounts();

    NpySplit(NpyArray pictures, NpyArray labels) throws IOException {
        this.pictures = pictures;
        this.labels = labels;
        long[] sides = pictures.shape();
        if (!pictures.isUnsignedByte()) {
            throw new BadDataException(
                    "%s is of dtype %s; pictures must be uint8".formatted(pictures.name(), pictures.dtype()));
        }
        if (sides.length != 3 && sides.length != 4) {
            throw new BadDataException("%s has the shape %s; pictures are [N, H, W], [N, C, H, W] or [N, H, W, C]"
                    .formatted(pictures.name(), Arrays.toString(sides)));
        }
        checkLabels(sides[0]);
        channelsLast = sides.length == 4 && !isChannels(sides[1]);
        if (channelsLast && !isChannels(sides[3])) {
            throw new BadDataException("%s has the shape %s, in which no side is 1 or 3 channels"
                    .formatted(pictures.name(), Arrays.toString(sides)));
        }
        shape = shape(sides);
        size = (int) sides[0];
        try (NpyArray.Values values = labels.values()) {
            for (int i = 0; i < size; i++) {
                labelCounts.add(values.readInteger(), i, labels.name());
            }
        }
    }

    private void checkLabels(long samples) throws BadDataException {
        long[] sides = labels.shape();
        if (!labels.isInteger() || sides.length != 1 && !(sides.length == 2 && sides[1] == 1)) {
            throw new BadDataException("%s has the shape %s and dtype %s; labels are integers [N]"
                    .formatted(labels.name(), Arrays.toString(sides), labels.dtype()));
        }
        if (samples != sides[0]) {
            throw new BadDataException("%s holds %d pictures, but %s holds %d labels"
                    .formatted(pictures.name(), samples, labels.name(), sides[0]));
        }
        if (samples < 1 || samples > Integer.MAX_VALUE) {
            throw new BadDataException("%s holds %d samples".formatted(pictures.name(), samples));
        }
    }

    private SampleShape shape(long[] sides) throws BadDataException {
        long channels = sides.length == 3 ? 1 : channelsLast ? sides[3] : sides[1];
        long height = sides.length == 3 || channelsLast ? sides[1] : sides[2];
        long width = sides.length == 3 || channelsLast ? sides[2] : sides[3];
        if (height < 1
                || width < 1
                || height > LARGEST_PICTURE / width
                || height * width > LARGEST_PICTURE / channels) {
            throw new BadDataException(
                    "%s has pictures of absurd size: %s".formatted(pictures.name(), Arrays.toString(sides)));
        }
        return new SampleShape((int) channels, (int) height, (int) width);
    }

    private static boolean isChannels(long side) {
        return side == 1 || side == 3;
    }

    LabelCounts labelCounts() {
        return labelCounts;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public SampleReader open() throws IOException {
        NpyArray.Values pixels = pictures.values();
        NpyArray.Values classes = labels.values();
        return new SampleReader() {
            private int next;

            @Override
            public @Nullable RawSample next() throws IOException {
                if (next == size) {
                    return null;
                }
                next++;
                byte[] picture = new byte[shape.size()];
                pixels.read(picture);
                int label = (int) classes.readInteger();
                return new RawSample(label, () -> new Pixels(shape, channelsLast ? planes(picture) : picture));
            }

            @Override
            public void close() throws IOException {
                try (pixels) {
                    classes.close();
                }
            }
        };
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
