package io.winnow.surrogate.djl;

import io.winnow.platform.SplitMix64;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.SampleShape;

/**
 * Lays a stored picture [C, H, W] out as the device wants it, [H, W, C], and augments it on the way where asked to. What
 * happens to a picture in an epoch is a function of (seed, epoch, position): batches may be put together in any order.
 */
final class PictureLayout {

    private final SampleShape shape;
    private final Augmentation augmentation;
    private final long seed;
    private final int epoch;

    private PictureLayout(SampleShape shape, Augmentation augmentation, long seed, int epoch) {
        this.shape = shape;
        this.augmentation = augmentation;
        this.seed = seed;
        this.epoch = epoch;
    }

    /** As it is. */
    static PictureLayout plain(SampleShape shape) {
        return new PictureLayout(shape, Augmentation.NONE, 0, 0);
    }

    /** Augmented for one epoch of a training. */
    static PictureLayout augmented(SampleShape shape, Augmentation augmentation, long seed, int epoch) {
        return new PictureLayout(shape, augmentation, seed, epoch);
    }

    /**
     * @param position of the sample
     * @param stored [C, H, W]
     * @param laidOut [H, W, C], overwritten
     */
    void lay(int position, byte[] stored, byte[] laidOut) {
        if (augmentation == Augmentation.NONE) {
            lay(stored, laidOut, 0, 0, false);
            return;
        }
        SplitMix64 random = Seeds.augmentation(seed, epoch, position);
        int marginY = shape.height() / 8;
        int marginX = shape.width() / 8;
        int down = random.nextInt(2 * marginY + 1) - marginY;
        int right = random.nextInt(2 * marginX + 1) - marginX;
        lay(stored, laidOut, down, right, random.nextInt(2) == 1);
    }

    /** Output (y, x) is input (y + down, x + right), mirrored before x counts, and black outside. */
    void lay(byte[] stored, byte[] laidOut, int down, int right, boolean mirrored) {
        int channels = shape.channels();
        int height = shape.height();
        int width = shape.width();
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < height; y++) {
                int fromY = y + down;
                int from = (c * height + fromY) * width + right;
                int to = y * width * channels + c;
                boolean inside = fromY >= 0 && fromY < height;
                for (int x = 0; x < width; x++, to += channels) {
                    int fromX = mirrored ? width - 1 - x : x;
                    boolean black = !inside || fromX + right < 0 || fromX + right >= width;
                    laidOut[to] = black ? 0 : stored[from + fromX];
                }
            }
        }
    }
}
