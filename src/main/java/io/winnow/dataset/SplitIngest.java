package io.winnow.dataset;

import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.SampleShape;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one split into its tensor file. One thread reads, several decode, and the samples are written in their order: blocks
 * of samples wait in a queue of bounded length, so that memory stays bounded whatever the size of the data. What is done is
 * noted on the disk from time to time; an ingest that finds such a note goes on there and decodes nothing a second time.
 */
final class SplitIngest {

    private static final Logger log = LoggerFactory.getLogger(SplitIngest.class);
    private static final int BLOCK = 64;

    private final Plan plan;
    private BadSamples bad;
    private @Nullable TensorStoreWriter writer;
    private @Nullable SampleShape shape;
    private Element element = Element.UINT8;
    private Optional<Dataset.Problem> keyProblem = Optional.empty();
    private int position;
    private long nextNote;

    /**
     * @param classes every label must be below
     * @param shape that all samples must have; null for that of the first one
     * @param mostBad samples that are skipped at most
     * @param blocksInFlight blocks of samples in memory at most
     * @param noteEvery how often to note what is done
     */
    record Plan(
            SplitSource source,
            int classes,
            @Nullable SampleShape shape,
            StoreFolder.SplitFiles files,
            int mostBad,
            ExecutorService decoders,
            int blocksInFlight,
            Duration noteEvery) {}

    SplitIngest(Plan plan) {
        this.plan = plan;
        this.bad = new BadSamples(plan.mostBad());
    }

    /** @param progress told the number of samples done with so far */
    SplitStatistics run(Progress progress) throws IOException, InterruptedException {
        IngestCheckpoint checkpoint = IngestCheckpoint.read(plan.files().checkpoint());
        if (checkpoint != null) {
            try {
                return run(checkpoint, progress);
            } catch (StalePartException e) {
                log.warn(
                        "what an earlier ingest left of {} cannot be gone on with",
                        plan.files().tensors());
            }
        }
        return run(null, progress);
    }

    private SplitStatistics run(@Nullable IngestCheckpoint checkpoint, Progress progress)
            throws IOException, InterruptedException {
        bad = new BadSamples(plan.mostBad());
        writer = null;
        shape = plan.shape();
        position = 0;
        ArrayDeque<Future<List<Decoded>>> queue = new ArrayDeque<>();
        try (SampleReader reader = plan.source().open();
                SplitKeys keys = new SplitKeys(plan.source(), plan.files().keys())) {
            if (checkpoint != null) {
                replay(checkpoint, reader, keys);
                progress.at(position);
            }
            nextNote = System.nanoTime() + plan.noteEvery().toNanos();
            List<RawSample> block;
            while (!(block = read(reader)).isEmpty()) {
                List<RawSample> samples = block;
                queue.add(plan.decoders().submit(() -> decode(samples)));
                if (queue.size() >= plan.blocksInFlight()) {
                    write(queue.remove(), keys, progress);
                }
            }
            while (!queue.isEmpty()) {
                write(queue.remove(), keys, progress);
            }
            if (writer == null) {
                throw new BadDataException("there is no sample that can be used");
            }
            progress.held();
            note(writer);
            SplitStatistics statistics = writer.finish();
            keyProblem = keys.finish(statistics.info(positions()).checksum(), positions()::source);
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

    Element element() {
        return element;
    }

    SourcePositions positions() {
        return SourcePositions.without(bad.positions());
    }

    /** What was wrong with the samples that were skipped, for the first of them. */
    List<Dataset.Problem> skipped() {
        return bad.problems();
    }

    /** Why the keys of the samples were left out, if they were. */
    Optional<Dataset.Problem> keyProblem() {
        return keyProblem;
    }

    /** Reads the samples that are done with, which costs no decoding, and takes what was made of them from the disk. */
    private void replay(IngestCheckpoint checkpoint, SampleReader reader, SplitKeys keys) throws IOException {
        if (plan.shape() != null && !plan.shape().equals(checkpoint.shape())) {
            throw new StalePartException();
        }
        shape = checkpoint.shape();
        element = checkpoint.element();
        bad.replay(checkpoint);
        int[] skipped = checkpoint.skipped();
        try {
            writer = TensorStoreWriter.reopen(plan.files().tensors(), shape, element, plan.classes());
            for (; position < checkpoint.read(); position++) {
                RawSample sample = reader.next();
                if (sample == null) {
                    throw new StalePartException();
                }
                if (Arrays.binarySearch(skipped, position) < 0) {
                    if (sample.label() < 0 || sample.label() >= plan.classes()) {
                        throw new StalePartException();
                    }
                    writer.replay(sample.label());
                    keys.add(position, sample.key());
                }
            }
        } catch (EOFException | NoSuchFileException e) {
            throw new StalePartException();
        }
        if (writer.crc() != checkpoint.crc()) {
            throw new StalePartException();
        }
        log.info("goes on after {} samples that are done", position);
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
            } catch (IOException | InvalidRequestException e) {
                decoded.add(new Decoded(sample.label(), sample.key(), null, e.getMessage()));
            }
        }
        return decoded;
    }

    private void write(Future<List<Decoded>> block, SplitKeys keys, Progress progress)
            throws IOException, InterruptedException {
        int before = position;
        try {
            List<Decoded> samples = block.get();
            // Reading and decoding may have taken long, and another process may be at the files that are written to
            // below.
            if (writer == null) {
                progress.held();
            } else {
                progress.at(position);
            }
            for (Decoded sample : samples) {
                write(sample, keys);
                position++;
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("decoding failed", e.getCause());
        }
        progress.through(position - before);
        if (writer != null && System.nanoTime() - nextNote >= 0) {
            note(writer);
            nextNote = System.nanoTime() + plan.noteEvery().toNanos();
        }
        progress.at(position);
    }

    private void note(TensorStoreWriter written) throws IOException {
        written.force();
        new IngestCheckpoint(position, shape(), element, written.crc(), bad.positions(), bad.problems())
                .write(plan.files().checkpoint());
    }

    private void write(Decoded sample, SplitKeys keys) throws IOException {
        Pixels pixels = sample.pixels();
        String wrong = pixels == null ? String.valueOf(sample.error()) : wrong(pixels, sample.label());
        if (wrong != null || pixels == null) {
            String file = plan.source().file(position);
            bad.add(position, String.valueOf(wrong).startsWith(file) ? wrong : file + ": " + wrong);
            return;
        }
        if (writer == null) {
            shape = pixels.shape();
            element = pixels.element();
            writer = TensorStoreWriter.create(plan.files().tensors(), shape, element, plan.classes());
        }
        writer.append(pixels.values(), sample.label());
        keys.add(position, sample.key());
    }

    /** Why a sample that was decoded cannot be used, or null. */
    private @Nullable String wrong(Pixels pixels, int label) {
        if (shape != null && !pixels.shape().equals(shape)) {
            return "is a picture of %s, but those before it are of %s; register with \"resize\" to bring them to one size"
                    .formatted(text(pixels.shape()), text(shape));
        }
        if (label < 0 || label >= plan.classes()) {
            return "has label %d, outside 0 … %d".formatted(label, plan.classes() - 1);
        }
        return null;
    }

    private static String text(SampleShape shape) {
        return "%d×%d×%d (channels × height × width)".formatted(shape.channels(), shape.height(), shape.width());
    }

    /** Told how many samples are done with; may stop the ingest. */
    @FunctionalInterface
    interface Progress {
        void at(int done) throws IOException;

        /** Asked before files are made, or given their names; throws where another process may be at them. */
        default void held() {}

        /** So many more samples went through in this process; those that an earlier one has done are not told again. */
        default void through(int samples) {}
    }

    private record Decoded(
            int label,
            @Nullable String key,
            @Nullable Pixels pixels,
            @Nullable String error) {}

    /** What was left does not fit what was noted of it, or the data. */
    private static final class StalePartException extends IOException {}
}
