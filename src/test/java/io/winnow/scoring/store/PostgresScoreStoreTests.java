package io.winnow.scoring.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.dataset.SampleScores;
import io.winnow.dataset.SourcePositions;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.NotFoundException;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.NewScoreSet;
import io.winnow.scoring.NewScoreSet.LabelSource;
import io.winnow.scoring.NewScoreSet.ScoreSource;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.scoring.ScoreStore.Filter;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.PageRequest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest
@Import(TestDatabase.class)
class PostgresScoreStoreTests {

    private static final int OVER_A_CHUNK = ScoreStore.CHUNK + 1_234;

    @Autowired
    ScoreStore store;

    @Autowired
    SampleScores sampleScores;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Test
    void averagesTheRunsInFloat64AndKeepsTheirSpread() {
        UUID job = UUID.randomUUID();
        float[][] runs = new float[3][];
        for (int run = 0; run < 3; run++) {
            runs[run] = random(OVER_A_CHUNK, run);
            store.keepRun(job, run, found(runs[run], run));
        }

        ScoreSet set = store.publish(job, UUID.randomUUID(), "some-data", 3, SourcePositions.ALL, StopSignal.NEVER)
                .get(0);

        float[] mean = new float[OVER_A_CHUNK];
        float[] spread = new float[OVER_A_CHUNK];
        for (int i = 0; i < OVER_A_CHUNK; i++) {
            double average = ((double) runs[0][i] + runs[1][i] + runs[2][i]) / 3;
            double squares = 0;
            for (float[] run : runs) {
                squares += Math.pow(run[i] - average, 2);
            }
            mean[i] = (float) average;
            spread[i] = (float) Math.sqrt(squares / 2);
        }
        assertThat(store.scores(set.id())).isEqualTo(mean);
        assertThat(store.spread(set.id())).containsExactly(spread, within(1e-6f));
        assertThat(store.runScores(set.id(), 1)).isEqualTo(runs[1]);
        assertThat(set.runs()).isEqualTo(3);
        assertThat(set.size()).isEqualTo(OVER_A_CHUNK);
        assertThat(set.facts()).containsEntry("neverLearned", 1.0);
        assertThat(store.require(set.id()).facts()).isEqualTo(set.facts());
        assertThat(store.require(set.id()))
                .usingRecursiveComparison()
                .ignoringFields("facts")
                .isEqualTo(set);
    }

    @Test
    void ranksByImportanceWithTiesBySmallerIndexForEveryPrefix() {
        float[] scores = random(2 * ScoreStore.CHUNK + 77, 5);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.round(scores[i] * 1000) / 1000f;
        }
        for (Keeps keeps : Keeps.values()) {
            ScoreSet set = imported(scores, keeps);
            int[] expected = IntStream.range(0, scores.length)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(i -> keeps == Keeps.HIGHEST ? -scores[i] : scores[i]))
                    .mapToInt(i -> i)
                    .toArray();
            for (int k : new int[] {0, 1, 65_535, 65_536, 65_537, 131_072, scores.length}) {
                assertThat(store.ranking(set.id(), k)).isEqualTo(Arrays.copyOf(expected, k));
            }
        }
    }

    @Test
    void takesBothZerosForOne() {
        ScoreSet set = imported(new float[] {-0f, 0f, -1f, 0f, -0f}, Keeps.HIGHEST);
        assertThat(store.ranking(set.id(), 5)).containsExactly(0, 1, 3, 4, 2);
    }

    @Test
    void describesTheScores() {
        ScoreSet set = imported(new float[] {1, 2, 3, 4, 5, 65}, Keeps.HIGHEST);
        assertThat(set.min()).isEqualTo(1);
        assertThat(set.max()).isEqualTo(65);
        assertThat(set.mean()).isEqualTo(80 / 6.0, within(1e-12));
        assertThat(set.std()).isEqualTo(Math.sqrt(4280 / 6.0 - 6400 / 36.0), within(1e-12));
        assertThat(set.histogram().edges()).hasSize(65).startsWith(1, 2, 3).endsWith(65);
        assertThat(set.histogram().counts()).hasSize(64).startsWith(1, 1, 1, 1, 1, 0);
        assertThat(set.histogram().counts()[63]).isEqualTo(1);
    }

    @Test
    void describesEqualScores() {
        ScoreSet set = imported(new float[] {2, 2, 2}, Keeps.LOWEST);
        assertThat(set.std()).isZero();
        assertThat(set.histogram().edges()).startsWith(1.5).endsWith(2.5);
        assertThat(Arrays.stream(set.histogram().counts()).sum()).isEqualTo(3);
    }

    @Test
    void unnestsTheScoresForPeople() {
        float[] scores = random(OVER_A_CHUNK, 8);
        ScoreSet set = imported(scores, Keeps.HIGHEST);
        for (int sample : new int[] {0, 65_535, 65_536, OVER_A_CHUNK - 1}) {
            Float score = jdbc.queryForObject(
                    "SELECT score FROM sample_score WHERE score_set_id = ? AND sample_index = ?",
                    Float.class,
                    set.id(),
                    sample);
            assertThat(score).isEqualTo(scores[sample]);
        }
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM sample_score WHERE score_set_id = ?", Integer.class, set.id()))
                .isEqualTo(OVER_A_CHUNK);
    }

    @Test
    void looksASampleUpInTheNewestSetOfEachMethod() {
        UUID dataset = UUID.randomUUID();
        float[] older = random(OVER_A_CHUNK, 1);
        float[] newer = random(OVER_A_CHUNK, 2);
        for (float[] scores : List.of(older, newer)) {
            store.add(new NewScoreSet(
                    "mine",
                    dataset,
                    "some-data",
                    "mine",
                    Keeps.HIGHEST,
                    0,
                    ScoreSource.of(scores),
                    null,
                    SourcePositions.ALL));
        }
        store.add(new NewScoreSet(
                "other",
                dataset,
                "some-data",
                "other",
                Keeps.LOWEST,
                0,
                ScoreSource.of(older),
                null,
                SourcePositions.ALL));
        for (int sample : new int[] {0, 65_535, 65_536}) {
            assertThat(sampleScores.of(dataset, sample))
                    .isEqualTo(Map.of("mine", (double) newer[sample], "other", (double) older[sample]));
        }
        assertThat(sampleScores.of(dataset, OVER_A_CHUNK)).isEmpty();
        assertThat(sampleScores.of(UUID.randomUUID(), 0)).isEmpty();
    }

    @Test
    void readsChunkByChunk() throws Exception {
        float[] scores = random(3 * ScoreStore.CHUNK + 5, 9);
        ScoreSet set = imported(scores, Keeps.HIGHEST);
        List<Long> firsts = new ArrayList<>();
        float[] read = new float[scores.length];
        store.readScores(set.id(), 1, (first, chunk) -> {
            firsts.add(first);
            System.arraycopy(chunk, 0, read, (int) first, chunk.length);
        });
        assertThat(firsts).containsExactly(65_536L, 131_072L, 196_608L);
        assertThat(Arrays.copyOfRange(read, 65_536, read.length))
                .isEqualTo(Arrays.copyOfRange(scores, 65_536, scores.length));
    }

    @Test
    void refusesNaNAndInfinityBeforeAnythingIsWritten() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] scores = random(OVER_A_CHUNK, 10);
            scores[65_540] = bad;
            String name = "bad-" + bad;
            assertThatThrownBy(() -> store.add(new NewScoreSet(
                            name,
                            null,
                            null,
                            "mine",
                            Keeps.HIGHEST,
                            0,
                            ScoreSource.of(scores),
                            null,
                            SourcePositions.ALL)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("sample 65540");
            assertThat(jdbc.queryForObject("SELECT count(*) FROM score_set WHERE name = ?", Integer.class, name))
                    .isZero();
        }
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM score_chunk WHERE score_set_id NOT IN (SELECT id FROM score_set)",
                        Integer.class))
                .isZero();
    }

    @Test
    void hasADatabaseThatRefusesNaNAndInfinityItself() {
        UUID set = imported(new float[] {1}, Keeps.HIGHEST).id();
        for (String bad : List.of("NaN", "Infinity", "-Infinity")) {
            assertThatThrownBy(() -> jdbc.update(
                            "UPDATE score_chunk SET scores = ARRAY[1, ?::real]::real[] WHERE score_set_id = ?",
                            bad,
                            set))
                    .isInstanceOf(DataIntegrityViolationException.class)
                    .hasMessageContaining("score_chunk_finite");
        }
    }

    @Test
    void changesNothingWhenARunOrAJobComesTwice() {
        UUID job = UUID.randomUUID();
        UUID dataset = UUID.randomUUID();
        store.keepRun(job, 0, found(new float[] {1, 2}, 0));
        store.keepRun(job, 0, found(new float[] {7, 7}, 0));
        List<ScoreSet> first = store.publish(job, dataset, "some-data", 1, SourcePositions.ALL, StopSignal.NEVER);
        List<ScoreSet> second = store.publish(job, dataset, "some-data", 1, SourcePositions.ALL, StopSignal.NEVER);
        assertThat(second).extracting(ScoreSet::id).containsExactly(first.get(0).id());
        assertThat(store.scores(first.get(0).id())).containsExactly(1, 2);
        assertThat(store.spread(first.get(0).id())).containsExactly(0, 0);
        assertThat(first.get(0).reliability()).isNull();
    }

    @Test
    void refusesToPublishWhenARunIsMissing() {
        UUID job = UUID.randomUUID();
        store.keepRun(job, 0, found(new float[] {1, 2}, 0));
        assertThatThrownBy(() ->
                        store.publish(job, UUID.randomUUID(), "some-data", 2, SourcePositions.ALL, StopSignal.NEVER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1 runs of 2");
    }

    @Test
    void doesNotDependOnTheOrderInWhichRunsEnd() {
        UUID one = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        for (int run = 0; run < 4; run++) {
            store.keepRun(one, run, found(random(1000, run), run));
            store.keepRun(other, 3 - run, found(random(1000, 3 - run), 3 - run));
        }
        ScoreSet a = store.publish(one, UUID.randomUUID(), "some-data", 4, SourcePositions.ALL, StopSignal.NEVER)
                .get(0);
        ScoreSet b = store.publish(other, UUID.randomUUID(), "some-data", 4, SourcePositions.ALL, StopSignal.NEVER)
                .get(0);
        assertThat(store.scores(a.id())).isEqualTo(store.scores(b.id()));
        assertThat(a.reliability()).isEqualTo(b.reliability());
    }

    @Test
    void tellsHowWellHalvesOfTheRunsAgree() {
        UUID job = UUID.randomUUID();
        float[] truth = random(2000, 1);
        for (int run = 0; run < 4; run++) {
            float[] noise = random(2000, 100 + run);
            float[] scores = new float[2000];
            for (int i = 0; i < 2000; i++) {
                scores[i] = truth[i] + 0.5f * noise[i];
            }
            store.keepRun(job, run, found(scores, run));
        }
        ScoreSet.Reliability reliability = store.publish(
                        job, UUID.randomUUID(), "some-data", 4, SourcePositions.ALL, StopSignal.NEVER)
                .get(0)
                .reliability();
        // Signal variance 1/12 against noise variance 1/96 in the mean of two runs: correlation 8/9.
        assertThat(reliability.splitHalfSpearman()).isEqualTo(0.889, within(0.02));
        assertThat(reliability.spearmanBrown())
                .isEqualTo(2 * reliability.splitHalfSpearman() / (1 + reliability.splitHalfSpearman()));
        assertThat(reliability.overlap()).extracting(ScoreSet.Overlap::ratio).containsExactly(0.1, 0.3, 0.5);
        // on top.
        assertThat(reliability.overlap().get(0).share()).isBetween(0.3, 0.7);
        assertThat(reliability.overlap().get(1).share()).isBetween(0.7, 0.85);
        assertThat(reliability.overlap().get(2).share()).isBetween(0.8, 0.92);
    }

    @Test
    void stopsBetweenAnyTwoChunksAndLeavesNothing() {
        UUID job = jobOfTwoRuns();
        int asked = 0;
        for (boolean stopped = true; stopped; asked++) {
            AtomicInteger left = new AtomicInteger(asked);
            try {
                store.publish(
                        job, UUID.randomUUID(), "some-data", 2, SourcePositions.ALL, () -> left.getAndDecrement() == 0);
                stopped = false;
            } catch (TrainingStoppedException e) {
                assertThat(jdbc.queryForObject("SELECT count(*) FROM score_set WHERE job_id = ?", Long.class, job))
                        .isZero();
            }
        }
        // Two chunks are averaged and ranked, the halves are read and ranked, predictions are counted.
        assertThat(asked).isGreaterThan(2 + 2 + 2 * 2 + 1);
        assertThat(jdbc.queryForObject("SELECT count(*) FROM score_set WHERE job_id = ?", Long.class, job))
                .isOne();
    }

    @Test
    void asksSomethingOfTheDatabaseWheneverItWasAskedWhetherToStop() {
        UUID job = jobOfTwoRuns();
        List<String> changes = new ArrayList<>();
        transactions.executeWithoutResult(status -> {
            Integer backend = jdbc.queryForObject("SELECT pg_backend_pid()", Integer.class);
            store.publish(job, UUID.randomUUID(), "some-data", 2, SourcePositions.ALL, () -> {
                changes.add(lastStatementOf(backend));
                return false;
            });
        });
        assertThat(changes).hasSizeGreaterThan(8).doesNotHaveDuplicates();
    }

    /** Asked over a connection of its own. */
    private String lastStatementOf(Integer backend) {
        TransactionTemplate apart = new TransactionTemplate(
                Objects.requireNonNull(transactions.getTransactionManager()),
                new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
        return apart.execute(status -> jdbc.queryForObject(
                "SELECT state_change::text FROM pg_stat_activity WHERE pid = ?", String.class, backend));
    }

    private UUID jobOfTwoRuns() {
        UUID job = UUID.randomUUID();
        store.keepRun(job, 0, found(random(OVER_A_CHUNK, 1), 0));
        store.keepRun(job, 1, found(random(OVER_A_CHUNK, 2), 1));
        return job;
    }

    @Test
    void keepsLabelsAndWhatMostRunsPredict() {
        UUID job = UUID.randomUUID();
        int[] labels = {0, 1, 2, 2};
        int[][] predicted = {{0, 1, 2, 1}, {0, 2, 1, 1}, {1, 2, 0, 0}};
        for (int run = 0; run < 3; run++) {
            MethodScores scores = new MethodScores("el2n", 5, new float[] {1, 2, 3, 4}, Map.of());
            store.keepRun(job, run, new RunScores(List.of(scores), labels, 3, predicted[run], List.of(), 1, 1));
        }
        ScoreSet set = store.publish(job, UUID.randomUUID(), "some-data", 3, SourcePositions.ALL, StopSignal.NEVER)
                .get(0);
        assertThat(set.classes()).isEqualTo(3);
        assertThat(store.labels(set)).containsExactly(0, 1, 2, 2);
        assertThat(store.predicted(set)).containsExactly(0, 2, 0, 1);
    }

    @Test
    void keepsLabelsOfImportedSets() {
        int[] labels = new int[OVER_A_CHUNK];
        Arrays.setAll(labels, i -> i % 7);
        ScoreSet set = store.add(new NewScoreSet(
                "labelled",
                null,
                null,
                "mine",
                Keeps.LOWEST,
                0,
                ScoreSource.of(random(OVER_A_CHUNK, 3)),
                LabelSource.of(labels),
                SourcePositions.ALL));
        assertThat(set.classes()).isEqualTo(7);
        assertThat(store.labels(set)).isEqualTo(labels);
        assertThat(store.predicted(set)).isNull();
        assertThat(store.labels(imported(new float[] {1}, Keeps.HIGHEST))).isNull();
    }

    @Test
    void refusesLabelsThatDoNotFit() {
        assertThatThrownBy(() -> withLabels(0, 1, 2)).hasMessageContaining("more labels for 2 scores");
        assertThatThrownBy(() -> withLabels(0)).hasMessageContaining("1 labels for 2 scores");
        assertThatThrownBy(() -> withLabels(0, -1)).hasMessageContaining("label of sample 1 is -1");
        assertThatThrownBy(() -> withLabels(0, 3)).hasMessageContaining("classes from 0 to 2");
        assertThatThrownBy(() -> imported(new float[0], Keeps.HIGHEST))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("must not be empty");
    }

    @Test
    void findsTheNewestAndOfOneJobTheMethodAskedForFirst() {
        String dataset = "data-" + UUID.randomUUID();
        UUID job = UUID.randomUUID();
        List<MethodScores> methods = List.of(
                new MethodScores("grand", 1, new float[] {1}, Map.of()),
                new MethodScores("grand", 4, new float[] {1}, Map.of()),
                new MethodScores("el2n", 1, new float[] {1}, Map.of()),
                new MethodScores("el2n", 4, new float[] {1}, Map.of()));
        store.keepRun(job, 0, new RunScores(methods, new int[] {0}, 2, null, List.of(), 1, 1));
        store.publish(job, UUID.randomUUID(), dataset, 1, SourcePositions.ALL, StopSignal.NEVER);

        assertThat(store.list(new Filter(dataset, null, null, null), PageRequest.of(0, 10)))
                .extracting(set -> set.method() + "@" + set.epoch())
                .containsExactly("grand@4", "el2n@4", "grand@1", "el2n@1");
        assertThat(store.newest(new Filter(null, "el2n", job, 1))).get().satisfies(set -> {
            assertThat(set.method()).isEqualTo("el2n");
            assertThat(set.epoch()).isEqualTo(1);
        });
        assertThat(store.newest(new Filter("no-such-data", null, null, null))).isEmpty();
    }

    @Test
    void warnsOfGrandAtInitialisation() {
        UUID job = UUID.randomUUID();
        MethodScores grand = new MethodScores("grand", 0, new float[] {1, 2}, Map.of("inputNormCorrelation", 0.5));
        store.keepRun(job, 0, new RunScores(List.of(grand), new int[] {0, 1}, 2, null, List.of(), 1, 1));
        ScoreSet set = store.publish(job, UUID.randomUUID(), "some-data", 1, SourcePositions.ALL, StopSignal.NEVER)
                .get(0);
        assertThat(set.warnings()).singleElement().asString().contains("initialisation");
        assertThat(store.require(set.id()).warnings()).isEqualTo(set.warnings());
        assertThat(store.predicted(set)).isNull();
    }

    @Test
    void deletesEverythingOfAJob() {
        UUID job = UUID.randomUUID();
        store.keepRun(job, 0, found(new float[] {1, 2}, 0));
        ScoreSet set = store.publish(job, UUID.randomUUID(), "some-data", 1, SourcePositions.ALL, StopSignal.NEVER)
                .get(0);
        assertThat(store.scores(set.id())).hasSize(2);
        store.deleteJob(job);
        assertThatThrownBy(() -> store.require(set.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> store.scores(set.id())).isInstanceOf(NotFoundException.class);
        for (String rows : List.of(
                "score_chunk WHERE score_set_id = ?",
                "run_score WHERE job_id = ?",
                "run_chunk WHERE job_id = ?",
                "class_chunk WHERE owner_id = ?")) {
            UUID owner = rows.startsWith("score") ? set.id() : job;
            assertThat(jdbc.queryForObject("SELECT count(*) FROM " + rows, Integer.class, owner))
                    .isZero();
        }
    }

    @Test
    void knowsNoRunBeyondTheLast() {
        UUID job = UUID.randomUUID();
        store.keepRun(job, 0, found(new float[] {1, 2}, 0));
        ScoreSet set = store.publish(job, UUID.randomUUID(), "some-data", 1, SourcePositions.ALL, StopSignal.NEVER)
                .get(0);
        assertThatThrownBy(() -> store.runScores(set.id(), 1)).isInstanceOf(NotFoundException.class);
        UUID imported = imported(new float[] {1}, Keeps.HIGHEST).id();
        assertThatThrownBy(() -> store.runScores(imported, 0)).hasMessageContaining("imported");
    }

    private void withLabels(int... labels) {
        store.add(new NewScoreSet(
                "bad-labels",
                null,
                null,
                "mine",
                Keeps.HIGHEST,
                labels[labels.length - 1] == 3 ? 3 : 0,
                ScoreSource.of(new float[] {1, 2}),
                LabelSource.of(labels),
                SourcePositions.ALL));
    }

    private ScoreSet imported(float[] scores, Keeps keeps) {
        return store.add(new NewScoreSet(
                "imported", null, null, "mine", keeps, 0, ScoreSource.of(scores), null, SourcePositions.ALL));
    }

    /** What run k of a job might have found: {@code neverLearned} is k. */
    private static RunScores found(float[] scores, int run) {
        MethodScores forgetting = new MethodScores("forgetting", 5, scores, Map.of("neverLearned", (double) run));
        return new RunScores(List.of(forgetting), new int[scores.length], 10, null, List.of(), 1, 1);
    }

    private static float[] random(int size, long seed) {
        Random random = new Random(seed);
        float[] scores = new float[size];
        for (int i = 0; i < size; i++) {
            scores[i] = random.nextFloat();
        }
        return scores;
    }
}
