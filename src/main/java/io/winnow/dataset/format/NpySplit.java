package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An array of samples with an array of labels, integers [N] or [N, 1]. */
final class NpySplit implements SplitSource {

    private final NpyArray samples;
    private final NpyArray labels;
    private final NpySamples kind;
    private final int size;
    private final LabelCounts labelCounts;

    private NpySplit(NpyArray samples, NpyArray labels, NpySamples kind, DatasetRegistration registration)
            throws IOException {
        this.samples = samples;
        this.labels = labels;
        this.kind = kind;
        this.size = (int) samples.shape()[0];
        this.labelCounts = new LabelCounts(registration);
        try (NpyArray.Values values = labels.values()) {
            for (int i = 0; i < size; i++) {
                labelCounts.add(values.readInteger(), i, labels.name());
            }
        }
    }

    static NpySplit of(NpyArray samples, NpyArray labels, DatasetRegistration registration) throws IOException {
        NpySamples kind = NpySamples.of(samples);
        checkLabels(samples, labels);
        return new NpySplit(samples, labels, kind, registration);
    }

    private static void checkLabels(NpyArray samples, NpyArray labels) throws BadDataException {
        long[] sides = labels.shape();
        long count = samples.shape()[0];
        if (!labels.isInteger() || sides.length != 1 && !(sides.length == 2 && sides[1] == 1)) {
            throw new BadDataException("%s has the shape %s and dtype %s; labels are integers [N]"
                    .formatted(labels.name(), Arrays.toString(sides), labels.dtype()));
        }
        if (count != sides[0]) {
            throw new BadDataException("%s holds %d samples, but %s holds %d labels"
                    .formatted(samples.name(), count, labels.name(), sides[0]));
        }
        if (count < 1 || count > Integer.MAX_VALUE) {
            throw new BadDataException("%s holds %d samples".formatted(samples.name(), count));
        }
    }

    LabelCounts labelCounts() {
        return labelCounts;
    }

    SampleShape shape() {
        return kind.shape();
    }

    boolean isFeatures() {
        return kind instanceof NpySamples.Features;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String file(int index) {
        return samples.name();
    }

    @Override
    public List<Path> files() {
        return Stream.of(samples.path(), labels.path()).distinct().toList();
    }

    @Override
    public SampleReader open() throws IOException {
        NpyArray.Values values = samples.values();
        NpyArray.Values classes;
        try {
            classes = labels.values();
        } catch (IOException e) {
            values.close();
            throw e;
        }
        return new SampleReader() {
            private int next;

            @Override
            public @Nullable RawSample next() throws IOException {
                if (next == size) {
                    return null;
                }
                next++;
                long label = classes.readInteger();
                int usable = label < 0 || label > Integer.MAX_VALUE ? -1 : (int) label;
                return new RawSample(usable, kind.next(values));
            }

            @Override
            public void close() throws IOException {
                try (values) {
                    classes.close();
                }
            }
        };
    }
}
