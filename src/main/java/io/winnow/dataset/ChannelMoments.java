package io.winnow.dataset;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Mean and standard deviation by channel of the samples that were added. */
interface ChannelMoments {

    void add(byte[] sample);

    /** Of byte / 255 or of the features; a standard deviation of 1 for a channel that never changes. */
    Normalisation normalisation();

    static ChannelMoments of(SampleShape shape, Element element) {
        return element == Element.UINT8 ? new OfPictures(shape) : new OfFeatures(shape.channels());
    }

    /** Counts how often each level occurs, from which all follows exactly whatever the order and size of the data. */
    final class OfPictures implements ChannelMoments {

        private static final int LEVELS = 256;

        private final int plane;
        private final long[][] histograms;

        private OfPictures(SampleShape shape) {
            this.plane = shape.height() * shape.width();
            this.histograms = new long[shape.channels()][LEVELS];
        }

        @Override
        public void add(byte[] sample) {
            for (int c = 0; c < histograms.length; c++) {
                long[] histogram = histograms[c];
                for (int i = c * plane, end = i + plane; i < end; i++) {
                    histogram[sample[i] & 0xFF]++;
                }
            }
        }

        @Override
        public Normalisation normalisation() {
            float[] mean = new float[histograms.length];
            float[] std = new float[histograms.length];
            for (int c = 0; c < histograms.length; c++) {
                double count = 0;
                double sum = 0;
                for (int v = 0; v < LEVELS; v++) {
                    count += histograms[c][v];
                    sum += (double) histograms[c][v] * v;
                }
                double centre = sum / count;
                double squares = 0;
                for (int v = 0; v < LEVELS; v++) {
                    squares += histograms[c][v] * (v - centre) * (v - centre);
                }
                mean[c] = (float) (centre / 255);
                std[c] = squares == 0 ? 1 : (float) (Math.sqrt(squares / count) / 255);
            }
            return new Normalisation(mean, std);
        }
    }

    /** Welford's updates in float64, in the order of the samples, so that the same data gives the same bits. */
    final class OfFeatures implements ChannelMoments {

        /** A spread below this part of the mean is rounding, not variation. */
        private static final double ROUNDING = 1e-9;

        /** The least that a float32 can be divided by without overflow for all that occurs. */
        private static final double LEAST = 1e-30;

        private final double[] mean;
        private final double[] squares;
        private long count;

        private OfFeatures(int features) {
            this.mean = new double[features];
            this.squares = new double[features];
        }

        @Override
        public void add(byte[] sample) {
            FloatBuffer values =
                    ByteBuffer.wrap(sample).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            double share = 1.0 / ++count;
            for (int c = 0; c < mean.length; c++) {
                double value = values.get(c);
                double off = value - mean[c];
                mean[c] += off * share;
                squares[c] += off * (value - mean[c]);
            }
        }

        @Override
        public Normalisation normalisation() {
            float[] means = new float[mean.length];
            float[] std = new float[mean.length];
            for (int c = 0; c < mean.length; c++) {
                means[c] = (float) mean[c];
                double spread = Math.sqrt(squares[c] / count);
                std[c] = spread <= Math.max(LEAST, ROUNDING * Math.abs(mean[c])) ? 1 : (float) spread;
            }
            return new Normalisation(means, std);
        }
    }
}
