package io.winnow.dataset;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.SamplesUnreadableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A tensor file mapped read-only. A map holds at most 2 GiB, so the samples are mapped in segments of whole samples: no
 * sample lies across two of them.
 *
 * <p>Where the file is cut short or its disk fails, a copy out of the map breaks off. Java says so when it likes: until version
 * 21 possibly after many more copies, on a thread that has read nothing, or never. So each copy tells for itself, by whether
 * what was put in its last bytes before is there still.
 */
final class MappedTensorStore implements TensorStore {

    private static final int LARGEST_SEGMENT = 1 << 30;

    /** No label. */
    private static final int UNREAD = -1;

    private final TensorFile file;
    private final Normalisation normalisation;
    private final int samplesPerSegment;
    private final int labelsPerSegment;
    private volatile MappedByteBuffer @Nullable [] segments;
    private final MappedByteBuffer[] labels;

    private MappedTensorStore(
            TensorFile file,
            Normalisation normalisation,
            int samplesPerSegment,
            int labelsPerSegment,
            MappedByteBuffer[] segments,
            MappedByteBuffer[] labels) {
        this.file = file;
        this.normalisation = normalisation;
        this.samplesPerSegment = samplesPerSegment;
        this.labelsPerSegment = labelsPerSegment;
        this.segments = segments;
        this.labels = labels;
    }

    static MappedTensorStore open(Path path, Normalisation normalisation) throws IOException {
        return open(path, normalisation, LARGEST_SEGMENT);
    }

    /** @param segmentBytes the most that one map covers, unless a single sample is larger */
    static MappedTensorStore open(Path path, Normalisation normalisation, int segmentBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            TensorFile file = TensorFile.read(channel);
            int perSegment = Math.max(1, segmentBytes / file.sampleBytes());
            int labelsPerSegment = Math.max(1, segmentBytes / Integer.BYTES);
            return new MappedTensorStore(
                    file,
                    normalisation,
                    perSegment,
                    labelsPerSegment,
                    map(channel, TensorFile.HEADER_BYTES, file.samples(), file.sampleBytes(), perSegment),
                    map(channel, file.labelsOffset(), file.samples(), Integer.BYTES, labelsPerSegment));
        }
    }

    private static MappedByteBuffer[] map(FileChannel channel, long from, long count, int bytes, int perSegment)
            throws IOException {
        MappedByteBuffer[] segments = new MappedByteBuffer[Math.toIntExact((count + perSegment - 1) / perSegment)];
        for (int i = 0; i < segments.length; i++) {
            long first = (long) i * perSegment;
            long size = Math.min(perSegment, count - first) * bytes;
            segments[i] = channel.map(FileChannel.MapMode.READ_ONLY, from + first * bytes, size);
        }
        return segments;
    }

    @Override
    public int size() {
        return (int) file.samples();
    }

    @Override
    public SampleShape shape() {
        return file.shape();
    }

    @Override
    public Element element() {
        return file.element();
    }

    @Override
    public int classes() {
        return file.classes();
    }

    @Override
    public int label(int position) {
        ByteBuffer label = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        label.putInt(0, UNREAD);
        label.put(0, labels[position / labelsPerSegment], position % labelsPerSegment * Integer.BYTES, Integer.BYTES);
        return read(label.getInt(0), position);
    }

    @Override
    public int[] labels() {
        int[] copy = new int[size()];
        int from = 0;
        for (MappedByteBuffer segment : labels) {
            int count = Math.min(labelsPerSegment, copy.length - from);
            int last = from + count - 1;
            copy[last] = UNREAD;
            segment.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(0, copy, from, count);
            read(count == 1 ? label(last) : copy[last], last);
            from += count;
        }
        return copy;
    }

    private static int read(int label, int position) {
        if (label == UNREAD) {
            throw unreadable(position);
        }
        return label;
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        MappedByteBuffer[] open = segments;
        if (open == null) {
            throw new IllegalStateException("the tensor store is closed");
        }
        ByteBuffer segment = open[position / samplesPerSegment];
        int from = position % samplesPerSegment * file.sampleBytes();
        // What happens to be stored as it was put there is so with one of the two only.
        if (!copies(segment, from, target, (byte) 0x5A) && !copies(segment, from, target, (byte) 0xA5)) {
            throw unreadable(position);
        }
        target.position(target.position() + file.sampleBytes());
    }

    /** Copies a sample and says whether its last bytes became other than they were put there before. */
    private boolean copies(ByteBuffer segment, int from, ByteBuffer target, byte before) {
        int to = target.position();
        int bytes = file.sampleBytes();
        int tail = Math.max(0, bytes - Long.BYTES);
        for (int i = tail; i < bytes; i++) {
            target.put(to + i, before);
        }
        target.put(to, segment, from, bytes);
        for (int i = tail; i < bytes; i++) {
            if (target.get(to + i) != before) {
                return true;
            }
        }
        return false;
    }

    private static SamplesUnreadableException unreadable(int position) {
        return new SamplesUnreadableException("sample %d cannot be read any more".formatted(position), null);
    }

    @Override
    public Normalisation normalisation() {
        return normalisation;
    }

    /** Lets go of the maps; the memory is unmapped once nobody reads it any more. */
    @Override
    public void close() {
        segments = null;
    }
}
