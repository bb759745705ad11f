package io.winnow.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Part of a file mapped read-only. A map holds at most 2 GiB, so there are several, each reaching so far into the next that a
 * short piece lies within one wherever it begins.
 */
final class MappedRange {

    private static final int LARGEST_SEGMENT = 1 << 30;

    private final int segmentBytes;
    private final MappedByteBuffer[] segments;

    private MappedRange(int segmentBytes, MappedByteBuffer[] segments) {
        this.segmentBytes = segmentBytes;
        this.segments = segments;
    }

    /** @param longest the most bytes that are read at once */
    static MappedRange of(FileChannel channel, long from, long length, int longest) throws IOException {
        return of(channel, from, length, longest, LARGEST_SEGMENT);
    }

    static MappedRange of(FileChannel channel, long from, long length, int longest, int segmentBytes)
            throws IOException {
        MappedByteBuffer[] segments = new MappedByteBuffer[Math.toIntExact((length + segmentBytes - 1) / segmentBytes)];
        for (int i = 0; i < segments.length; i++) {
            long first = (long) i * segmentBytes;
            segments[i] = channel.map(
                    FileChannel.MapMode.READ_ONLY,
                    from + first,
                    Math.min((long) segmentBytes + longest, length - first));
            segments[i].order(ByteOrder.LITTLE_ENDIAN);
        }
        return new MappedRange(segmentBytes, segments);
    }

    long int64(long at) {
        return segments[(int) (at / segmentBytes)].getLong((int) (at % segmentBytes));
    }

    byte[] bytes(long at, int length) {
        byte[] bytes = new byte[length];
        if (length > 0) {
            ByteBuffer segment = segments[(int) (at / segmentBytes)];
            segment.get((int) (at % segmentBytes), bytes);
        }
        return bytes;
    }
}
