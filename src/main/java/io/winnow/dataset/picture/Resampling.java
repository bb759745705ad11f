package io.winnow.dataset.picture;

import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.Pixels;
import io.winnow.surrogate.SampleShape;

/**
 * Brings pictures to one size by a triangle filter as wide as the reduction, so that nothing aliases: along the rows, then
 * along the columns, in integers, so that every machine gets the same bytes.
 */
final class Resampling {

    private static final int ONE_BITS = 16;
    private static final int ONE = 1 << ONE_BITS;

    private Resampling() {}

    static Pixels apply(Pixels pixels, DatasetRegistration.Resize resize) {
        int size = resize.side();
        int width = pixels.shape().width();
        int height = pixels.shape().height();
        if (resize.exact()) {
            return scale(pixels, size, size, new Window(0, width), new Window(0, height));
        }
        // Cropping the source to the centre first is the same as cropping what is scaled, and cheaper.
        double side = Math.min(width, height);
        return scale(pixels, size, size, new Window((width - side) / 2, side), new Window((height - side) / 2, side));
    }

    private static Pixels scale(Pixels pixels, int toWidth, int toHeight, Window columns, Window rows) {
        SampleShape shape = pixels.shape();
        Taps across = new Taps(columns, shape.width(), toWidth);
        Taps down = new Taps(rows, shape.height(), toHeight);
        byte[] source = pixels.values();
        byte[] target = new byte[shape.channels() * toWidth * toHeight];
        int[] narrow = new int[shape.height() * toWidth];
        for (int c = 0; c < shape.channels(); c++) {
            int plane = c * shape.height() * shape.width();
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < toWidth; x++) {
                    // At most 255 of ONE: an int holds it.
                    int sum = 0;
                    for (int i = 0; i < across.weights[x].length; i++) {
                        sum += across.weights[x][i] * (source[plane + y * shape.width() + across.first[x] + i] & 0xFF);
                    }
                    // Eight bits of the fraction are kept between the passes.
                    narrow[y * toWidth + x] = sum + (1 << ONE_BITS - 9) >> ONE_BITS - 8;
                }
            }
            for (int y = 0; y < toHeight; y++) {
                for (int x = 0; x < toWidth; x++) {
                    long sum = 0;
                    for (int i = 0; i < down.weights[y].length; i++) {
                        sum += (long) down.weights[y][i] * narrow[(down.first[y] + i) * toWidth + x];
                    }
                    long value = sum + (1L << ONE_BITS + 7) >> ONE_BITS + 8;
                    target[(c * toHeight + y) * toWidth + x] = (byte) Math.min(255, value);
                }
            }
        }
        return new Pixels(new SampleShape(shape.channels(), toHeight, toWidth), target);
    }

    /** The part of an axis that is kept. */
    private record Window(double start, double length) {}

    /** For each target position the first source position and the weights from there on, which sum to one. */
    private static final class Taps {

        private final int[] first;
        private final int[][] weights;

        Taps(Window window, int from, int to) {
            first = new int[to];
            weights = new int[to][];
            double step = window.length() / to;
            double reach = Math.max(1, step);
            for (int i = 0; i < to; i++) {
                double centre = window.start() + (i + 0.5) * step;
                int begin = (int) Math.max(0, Math.floor(centre - reach + 0.5));
                int end = (int) Math.min(from, Math.floor(centre + reach + 0.5));
                double[] raw = new double[end - begin];
                double sum = 0;
                for (int j = begin; j < end; j++) {
                    raw[j - begin] = Math.max(0, 1 - Math.abs((j + 0.5 - centre) / reach));
                    sum += raw[j - begin];
                }
                first[i] = begin;
                weights[i] = fixedPoint(raw, sum);
            }
        }

        private static int[] fixedPoint(double[] raw, double sum) {
            int[] fixed = new int[raw.length];
            int rest = ONE;
            int largest = 0;
            for (int j = 0; j < raw.length; j++) {
                fixed[j] = (int) Math.round(raw[j] / sum * ONE);
                rest -= fixed[j];
                largest = fixed[j] > fixed[largest] ? j : largest;
            }
            fixed[largest] += rest;
            return fixed;
        }
    }
}
