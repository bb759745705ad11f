package io.winnow.dataset;

import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is counted while a split is written: samples by class, a digest, and the histogram of each channel, from which mean
 * and standard deviation follow exactly whatever the order and size of the data.
 */
final class SplitStatistics {

    private static final int LEVELS = 256;

    private final SampleShape shape;
    private final int[] classCounts;
    private final long[][] histograms;
    private final MessageDigest sha256;
    private byte[] digest = new byte[0];
    private int size;

    SplitStatistics(SampleShape shape, int classes) {
        this.shape = shape;
        this.classCounts = new int[classes];
        this.histograms = new long[shape.channels()][LEVELS];
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void add(byte[] pixels, int label) {
        classCounts[label]++;
        size++;
        sha256.update(pixels);
        int plane = shape.height() * shape.width();
        for (int c = 0; c < histograms.length; c++) {
            long[] histogram = histograms[c];
            for (int i = c * plane, end = i + plane; i < end; i++) {
                histogram[pixels[i] & 0xFF]++;
            }
        }
    }

    int classes() {
        return classCounts.length;
    }

    int[] classCounts() {
        return classCounts.clone();
    }

    /** Ends the digest with the labels, as little-endian int32. */
    byte[] digest(int[] labels, int count) {
        ByteBuffer block = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            if (!block.hasRemaining()) {
                sha256.update(block.flip());
                block.clear();
            }
            block.putInt(labels[i]);
        }
        sha256.update(block.flip());
        digest = sha256.digest();
        return digest;
    }

    ReadyDataset.SplitInfo info() {
        return new ReadyDataset.SplitInfo(
                size, classCounts(), "sha256:" + HexFormat.of().formatHex(digest));
    }

    /** Mean and standard deviation by channel of byte / 255; 1 for a channel that never changes. */
    Normalisation normalisation() {
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
