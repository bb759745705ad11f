package io.winnow.dataset;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A tensor file mapped read-only. A map holds at most 2 GiB, so the samples are mapped in segments of whole samples: no
 * sample lies across two of them.
 */
final class MappedTensorStore implements TensorStore {

    private static final int LARGEST_SEGMENT = 1 << 30;

    private final TensorFile file;
    private final Normalisation normalisation;
    private final int samplesPerSegment;
    private volatile MappedByteBuffer @Nullable [] segments;
    private final IntBuffer labels;

    private MappedTensorStore(
            TensorFile file,
            Normalisation normalisation,
            int samplesPerSegment,
            MappedByteBuffer[] segments,
            IntBuffer labels) {
        this.file = file;
        this.normalisation = normalisation;
        this.samplesPerSegment = samplesPerSegment;
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
            int sampleBytes = file.sampleBytes();
            int perSegment = Math.max(1, segmentBytes / sampleBytes);
            int count = Math.toIntExact((file.samples() + perSegment - 1) / perSegment);
            MappedByteBuffer[] segments = new MappedByteBuffer[count];
            for (int i = 0; i < count; i++) {
                long first = (long) i * perSegment;
                long samples = Math.min(perSegment, file.samples() - first);
                segments[i] = channel.map(
                        FileChannel.MapMode.READ_ONLY,
                        TensorFile.HEADER_BYTES + first * sampleBytes,
                        samples * sampleBytes);
            }
            IntBuffer labels = channel.map(
                            FileChannel.MapMode.READ_ONLY, file.labelsOffset(), file.samples() * Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer();
            return new MappedTensorStore(file, normalisation, perSegment, segments, labels);
        }
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
        return labels.get(position);
    }

    @Override
    public int[] labels() {
        int[] copy = new int[size()];
        labels.get(0, copy);
        return copy;
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        MappedByteBuffer[] open = segments;
        if (open == null) {
            throw new IllegalStateException("the tensor store is closed");
        }
        int bytes = file.sampleBytes();
        int at = target.position();
        target.put(at, open[position / samplesPerSegment], position % samplesPerSegment * bytes, bytes);
        target.position(at + bytes);
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
