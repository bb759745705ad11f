package io.winnow.dataset;

import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Writes one split into its tensor file. One thread reads, several decode, and the samples are written in their order: blocks
 * of samples wait in a queue of bounded length, so that memory stays bounded whatever the size of the data.
 */
final class SplitIngest {

    private static final int BLOCK = 64;

    private final SplitSource source;
    private final int classes;
    private final Path target;
    private final Path keyTarget;
    private final ExecutorService decoders;
    private final int blocksInFlight;
    private @Nullable TensorStoreWriter writer;
    private @Nullable SampleShape shape;
    private Optional<Dataset.Problem> keyProblem = Optional.empty();

    SplitIngest(
            SplitSource source,
            int classes,
            @Nullable SampleShape shape,
            Path target,
            Path keyTarget,
            ExecutorService decoders,
            int blocksInFlight) {
        this.source = source;
        this.classes = classes;
        this.shape = shape;
        this.target = target;
        this.keyTarget = keyTarget;
        this.decoders = decoders;
        this.blocksInFlight = blocksInFlight;
    }

    /** @param progress told the number of samples written so far */
    SplitStatistics run(Progress progress) throws IOException, InterruptedException {
        ArrayDeque<Future<List<Decoded>>> queue = new ArrayDeque<>();
        try (SampleReader reader = source.open();
                SplitKeys keys = new SplitKeys(source, keyTarget)) {
            List<RawSample> block;
            while (!(block = read(reader)).isEmpty()) {
                List<RawSample> samples = block;
                queue.add(decoders.submit(() -> decode(samples)));
                if (queue.size() >= blocksInFlight) {
                    write(queue.remove(), keys, progress);
                }
            }
            while (!queue.isEmpty()) {
                write(queue.remove(), keys, progress);
            }
            if (writer == null) {
                throw new BadDataException("there is no sample");
            }
            SplitStatistics statistics = writer.finish();
            keyProblem = keys.finish(statistics.info().checksum());
            return statistics;
        } finally {
            queue.forEach(block -> block.cancel(true));
            if (writer != null) {
                writer.close();
            }
        }
    }

    SampleShape shape() {
        if (shape == null) {
            throw new IllegalStateException("no sample was read");
        }
        return shape;
    }

    /** Why the keys of the samples were left out, if they were. */
    Optional<Dataset.Problem> keyProblem() {
        return keyProblem;
    }

    private static List<RawSample> read(SampleReader reader) throws IOException {
        List<RawSample> block = new ArrayList<>(BLOCK);
        RawSample sample;
        while (block.size() < BLOCK && (sample = reader.next()) != null) {
            block.add(sample);
        }
        return block;
    }

    private static List<Decoded> decode(List<RawSample> block) {
        List<Decoded> decoded = new ArrayList<>(block.size());
        for (RawSample sample : block) {
            try {
                decoded.add(new Decoded(
                        sample.label(), sample.key(), sample.picture().decode(), null));
            } catch (IOException e) {
                decoded.add(new Decoded(sample.label(), sample.key(), null, e.getMessage()));
            }
        }
        return decoded;
    }

    private void write(Future<List<Decoded>> block, SplitKeys keys, Progress progress)
            throws IOException, InterruptedException {
        try {
            for (Decoded sample : block.get()) {
                write(sample, keys);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("decoding failed", e.getCause());
        }
        progress.at(written());
    }

    private void write(Decoded sample, SplitKeys keys) throws IOException {
        int index = written();
        Pixels pixels = sample.pixels();
        if (pixels == null) {
            throw new BadSampleException(index, String.valueOf(sample.error()));
        }
        if (shape == null) {
            shape = pixels.shape();
        }
        if (!pixels.shape().equals(shape)) {
            throw new BadSampleException(
                    index,
                    "is a picture of %s, but those before it are of %s".formatted(text(pixels.shape()), text(shape)));
        }
        if (sample.label() < 0 || sample.label() >= classes) {
            throw new BadSampleException(index, "has label %d, outside 0 … %d".formatted(sample.label(), classes - 1));
        }
        if (writer == null) {
            writer = new TensorStoreWriter(target, shape, classes);
        }
        writer.append(pixels.values(), sample.label());
        keys.add(index, sample.key());
    }

    private int written() {
        return writer == null ? 0 : writer.size();
    }

    private static String text(SampleShape shape) {
        return "%d×%d×%d (channels × height × width)".formatted(shape.channels(), shape.height(), shape.width());
    }

    /** Told how many samples are written; may stop the ingest. */
    @FunctionalInterface
    interface Progress {
        void at(int written) throws IOException;
    }

    private record Decoded(
            int label,
            @Nullable String key,
            @Nullable Pixels pixels,
            @Nullable String error) {}

    /** One sample cannot be used. */
    static final class BadSampleException extends IOException {

        final int sample;

        BadSampleException(int sample, String message) {
            super(message);
            this.sample = sample;
        }
    }
}
