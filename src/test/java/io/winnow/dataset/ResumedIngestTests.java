package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An ingest whose process dies goes on where it was, with the same bytes at its end. */
class ResumedIngestTests {

    private static final SampleShape SHAPE = new SampleShape(3, 4, 5);
    private static final int SIZE = 1500;
    private static final List<Integer> BAD = List.of(0, 64, 700, 701, 1499);

    @TempDir
    Path folder;

    final ExecutorService decoders = Executors.newFixedThreadPool(2);
    final AtomicInteger decoded = new AtomicInteger();
    StoreFolder.SplitFiles whole;
    StoreFolder.SplitFiles broken;

    @BeforeEach
    void ingestUndisturbed() throws Exception {
        whole = files("whole");
        broken = files("broken");
        ingest(whole, SIZE).run(done -> {});
        decoded.set(0);
    }

    @AfterEach
    void stop() {
        decoders.shutdownNow();
    }

    private StoreFolder.SplitFiles files(String name) throws IOException {
        return StoreFolder.SplitFiles.in(Files.createDirectories(folder.resolve(name)), Split.TRAIN);
    }

    /** Noise by position, with keys; some samples cannot be decoded. */
    private record Noise(int size, AtomicInteger decoded) implements SplitSource {

        @Override
        public SampleReader open() {
            return new SampleReader() {
                private int next;

                @Override
                public @Nullable RawSample next() {
                    if (next == size) {
                        return null;
                    }
                    int i = next++;
                    return new RawSample(i % 7, "sample-" + i, () -> {
                        decoded.incrementAndGet();
                        if (BAD.contains(i)) {
                            throw new BadDataException("is damaged");
                        }
                        byte[] values = new byte[SHAPE.size()];
                        new Random(i).nextBytes(values);
                        return new Pixels(SHAPE, values);
                    });
                }

                @Override
                public void close() {}
            };
        }
    }

    private SplitIngest ingest(StoreFolder.SplitFiles files, int size) {
        return new SplitIngest(
                new SplitIngest.Plan(new Noise(size, decoded), 7, null, files, BAD.size(), decoders, 3, Duration.ZERO));
    }

    /** The process is gone once so many samples are done with: nothing is closed in good order after that. */
    private void die(int after) {
        assertThatThrownBy(() -> ingest(broken, SIZE).run(done -> {
                    if (done >= after) {
                        throw new IOException("killed");
                    }
                }))
                .hasMessage("killed");
        decoded.set(0);
    }

    private SplitIngest assertGoesOnToTheSameEnd(int mostDecoded) throws Exception {
        SplitIngest again = ingest(broken, SIZE);
        again.run(done -> {});
        assertThat(decoded.get()).isLessThanOrEqualTo(mostDecoded);
        assertThat(broken.tensors()).hasSameBinaryContentAs(whole.tensors());
        assertThat(broken.keys()).hasSameBinaryContentAs(whole.keys());
        return again;
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 704, 1472})
    void decodesNothingASecondTime(int after) throws Exception {
        die(after);
        SplitIngest again = assertGoesOnToTheSameEnd(SIZE - after);
        assertThat(again.positions().skipped())
                .containsExactly(BAD.stream().mapToInt(Integer::intValue).toArray());
        assertThat(again.skipped()).extracting(Dataset.Problem::sample).containsExactlyElementsOf(BAD);
    }

    @Test
    void throwsAwayWhatWasWrittenAfterTheLastNote() throws Exception {
        die(704);
        try (RandomAccessFile part = new RandomAccessFile(part().toFile(), "rw")) {
            part.seek(part.length());
            part.write(new byte[123_457]);
        }
        assertGoesOnToTheSameEnd(SIZE - 704);
    }

    @Test
    void decodesNothingOfASplitThatWasComplete() throws Exception {
        ingest(broken, SIZE).run(done -> {});
        decoded.set(0);
        assertGoesOnToTheSameEnd(0);
    }

    @Test
    void startsAgainWhenWhatIsLeftIsDamaged() throws Exception {
        die(704);
        try (RandomAccessFile part = new RandomAccessFile(part().toFile(), "rw")) {
            part.seek(TensorFile.HEADER_BYTES + 100);
            part.write(part.read() ^ 1);
        }
        assertGoesOnToTheSameEnd(SIZE);
        assertThat(decoded).hasValue(SIZE);
    }

    @Test
    void startsAgainWhenTheNoteOrThePartIsCutShort() throws Exception {
        die(704);
        Files.write(broken.checkpoint(), java.util.Arrays.copyOf(Files.readAllBytes(broken.checkpoint()), 40));
        assertGoesOnToTheSameEnd(SIZE);
        Files.delete(broken.tensors());
        decoded.set(0);
        assertGoesOnToTheSameEnd(SIZE);
    }

    @Test
    void failsWhenMoreSamplesAreBadThanAreSkipped() {
        SplitIngest strict = new SplitIngest(
                new SplitIngest.Plan(new Noise(SIZE, decoded), 7, null, broken, 2, decoders, 3, Duration.ZERO));
        assertThatThrownBy(() -> strict.run(done -> {})).isInstanceOfSatisfying(BadSampleException.class, e -> {
            assertThat(e.problem()).isEqualTo(new Dataset.Problem(700, "the files: is damaged"));
            assertThat(e.skipped()).extracting(Dataset.Problem::sample).containsExactly(0, 64);
        });
    }

    private Path part() {
        return broken.tensors().resolveSibling("train.tensors.part");
    }
}
