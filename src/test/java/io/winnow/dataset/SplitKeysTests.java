package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitKeysTests {

    private static final SampleShape SHAPE = new SampleShape(1, 1, 2);

    @TempDir
    Path folder;

    final ExecutorService decoders = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() {
        decoders.shutdownNow();
    }

    /** Samples in files of two each. */
    private record Keyed(List<@Nullable String> keys, boolean insistsOnKeys) implements SplitSource {

        @Override
        public int size() {
            return keys.size();
        }

        @Override
        public String file(int index) {
            return "shard-" + index / 2;
        }

        @Override
        public SampleReader open() {
            Iterator<@Nullable String> rest = keys.iterator();
            return new SampleReader() {
                private byte label;

                @Override
                public @Nullable RawSample next() {
                    if (!rest.hasNext()) {
                        return null;
                    }
                    byte value = label++;
                    return new RawSample(value & 1, rest.next(), () -> new Pixels(SHAPE, new byte[] {value, 1}));
                }

                @Override
                public void close() {}
            };
        }
    }

    private SplitIngest ingest(boolean insists, @Nullable String... keys) {
        return new SplitIngest(new SplitIngest.Plan(
                new Keyed(Arrays.asList(keys), insists),
                2,
                null,
                StoreFolder.SplitFiles.in(folder, Split.TRAIN),
                0,
                decoders,
                3,
                Duration.ofDays(1)));
    }

    private SampleKeys open(SplitStatistics statistics) throws IOException {
        return MappedSampleKeys.open(
                folder.resolve("train.keys"),
                KeyFile.digest(statistics.info(SourcePositions.ALL).checksum()));
    }

    @Test
    void keepsTheKeysInTheOrderOfTheSamplesWhoeverDecodesThem() throws Exception {
        String[] names = IntStream.range(0, 1000).mapToObj(i -> "s/" + i).toArray(String[]::new);
        SplitIngest ingest = ingest(true, names);
        try (SampleKeys keys = open(ingest.run(written -> {}))) {
            assertThat(keys.size()).isEqualTo(1000);
            for (int i = 0; i < names.length; i++) {
                assertThat(keys.key(i)).isEqualTo(names[i]);
            }
        }
        assertThat(ingest.keyProblem()).isEmpty();
    }

    @Test
    void refusesAKeyOfTwoSamplesNamingBothAndTheirFiles() {
        assertThatThrownBy(() -> ingest(true, "a", "b", "c", "b").run(written -> {}))
                .asInstanceOf(InstanceOfAssertFactories.type(BadSampleException.class))
                .satisfies(e -> assertThat(e.problem().sample()).isEqualTo(3))
                .satisfies(
                        e -> assertThat(e).hasMessage("of shard-1 has the key 'b', which sample 1 of shard-0 has too"));
        assertThat(folder.resolve("train.keys")).doesNotExist();
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        assertThatThrownBy(() -> ingest(true, "a", "b", "x".repeat(5000)).run(written -> {}))
                .asInstanceOf(InstanceOfAssertFactories.type(BadSampleException.class))
                .satisfies(e -> assertThat(e.problem().sample()).isEqualTo(2))
                .satisfies(e -> assertThat(e).hasMessageStartingWith("of shard-1 has a key of 5000 bytes"));
    }

    @Test
    void usesSamplesWithoutKeysThatDoNotTellThemApartAndSaysWhy() throws Exception {
        SplitIngest repeated = ingest(false, "image.png", "image.png", "image.png");
        assertThat(repeated.run(written -> {}).info(SourcePositions.ALL).size()).isEqualTo(3);
        assertThat(repeated.keyProblem())
                .hasValue(new Dataset.Problem(
                        1,
                        "of shard-0 has the key 'image.png', which sample 0 of shard-0 has too; the dataset is used"
                                + " without keys"));
        SplitIngest gap = ingest(false, "a", "b", null, "d");
        gap.run(written -> {});
        assertThat(gap.keyProblem())
                .hasValue(new Dataset.Problem(
                        2, "of shard-1 has no key, but those before it have one; the dataset is used without keys"));
        SplitIngest late = ingest(false, null, "b", "c");
        late.run(written -> {});
        assertThat(late.keyProblem().map(Dataset.Problem::sample)).hasValue(1);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("train.tensors", "train.checkpoint");
    }

    @Test
    void leavesNoKeysOfAnEarlierIngestBesideSamplesThatHaveNone() throws Exception {
        Files.writeString(folder.resolve("train.keys"), "of an earlier ingest");
        SplitIngest ingest = ingest(true, null, null, null);
        ingest.run(written -> {});
        assertThat(ingest.keyProblem()).isEmpty();
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("train.tensors", "train.checkpoint");
    }
}
