package io.winnow.dataset;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;

/** What is counted while a split is written: samples by class, a digest, and the moments of each channel. */
final class SplitStatistics {

    private final int[] classCounts;
    private final ChannelMoments moments;
    private final MessageDigest sha256 = Sha256.create();
    private byte[] digest = new byte[0];
    private int size;

    SplitStatistics(SampleShape shape, Element element, int classes) {
        this.classCounts = new int[classes];
        this.moments = ChannelMoments.of(shape, element);
    }

    void add(byte[] sample, int label) {
        classCounts[label]++;
        size++;
        sha256.update(sample);
        moments.add(sample);
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

    /** @param positions of the samples in the user's data */
    ReadyDataset.SplitInfo info(SourcePositions positions) {
        return new ReadyDataset.SplitInfo(
                size, classCounts(), "sha256:" + HexFormat.of().formatHex(digest), positions);
    }

    Normalisation normalisation() {
        return moments.normalisation();
    }
}
