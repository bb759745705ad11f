package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerState;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.winnow.dataset.Datasets;
import io.winnow.job.JobTasks.TaskData;
import io.winnow.job.RunLedger.Claim;
import io.winnow.job.ShardTable.ShardClaim;
import io.winnow.job.ShardTasks.ShardData;
import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.job.checkpoint.CheckpointSettings;
import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScorer;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.ShardPass;
import io.winnow.scoring.ShardSettings;
import io.winnow.scoring.ShardSettings.Sharding;
import io.winnow.scoring.Shards;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Passes spread over two workers of one process, started by hand: real pictures, real training, a real database. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"winnow.role=api", "winnow.score.shard-size=128", "winnow.score.sharding=always"})
@Import(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpreadRunTests {

    private static final Path FOLDER =
            Path.of("target", "spread-run-" + System.nanoTime()).toAbsolutePath();
    private static final int SAMPLES = 384;
    private static final Duration DEAD = Duration.ofSeconds(60);
    private static final ShardPass PASS = new ShardPass("epoch-1-logits", ShardPass.Kind.LOGITS, 0);

    @LocalServerPort
    int port;

    @Autowired
    RunMetrics metrics;

    @Autowired
    RunLedger ledger;

    @Autowired
    Jobs jobs;

    @Autowired
    RunWork work;

    @Autowired
    RunScorer scorer;

    @Autowired
    ShardSpread spread;

    @Autowired
    ShardTable table;

    @Autowired
    ShardTasks tasks;

    @Autowired
    ShardTask task;

    @Autowired
    CheckpointFolder folder;

    @Autowired
    JobSettings settings;

    @Autowired
    ProcessEnd processEnd;

    @Autowired
    DeviceFailures deviceFailures;

    @Autowired
    Datasets datasets;

    @Autowired
    Insistence insistence;

    @Autowired
    JobKinds kinds;

    @Autowired
    SchedulerTimes times;

    @Autowired
    MethodRegistry methods;

    @Autowired
    SurrogateEngine engine;

    @Autowired
    WinnowProperties properties;

    @Autowired
    Scheduler scheduler;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    JdbcTemplate batches;

    @Autowired
    HeartbeatPool heartbeats;

    private final WinnowClient winnow = new WinnowClient(() -> port);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private RunKey run;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> FOLDER.resolve("data"));
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
    }

    @BeforeAll
    void register() throws Exception {
        Path data = Files.createDirectories(FOLDER.resolve("data/fashion"));
        for (String name : List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte")) {
            cut(Path.of("samples/fashion-mnist", name + ".gz"), data.resolve(name), SAMPLES);
        }
        for (String name : List.of("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")) {
            cut(Path.of("samples/fashion-mnist", name + ".gz"), data.resolve(name), 100);
        }
        winnow.send("/datasets", "{\"name\": \"fashion\", \"format\": \"idx\", \"location\": \"%s\"}".formatted(data));
        winnow.ready("fashion");
        winnow.send("/models", "{\"name\": \"cnn\", \"architecture\": \"small-cnn\"}");
    }

    @BeforeEach
    void submit() throws Exception {
        JsonNode job = winnow.send("/jobs", """
                {"dataset": "fashion", "model": "cnn", "runs": 1, "seed": 3, "epochs": 2, "scoreAt": [0, 2],
                 "methods": ["el2n", "grand", "moso", "prototype", "forgetting"], "options": {"stages": 2}}
                """);
        run = new RunKey(UUID.fromString(job.get("id").asString()), 0);
    }

    @AfterAll
    void cleanUp() throws IOException {
        threads.shutdownNow();
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    @Test
    void findsTheSameToTheBitOnTwoWorkersAsOnOne() throws Exception {
        Job job = jobs.findById(run.job()).orElseThrow();
        RunScores alone = work.with(
                job, run, "cpu", request -> scorer.score(request, new RunListener() {}, Checkpoints.NONE, Shards.NONE));

        Claim claim = claim();
        CountDownLatch helped = new CountDownLatch(1);
        RunListener listener = new RunListener() {
            @Override
            public boolean stopRequested() {
                awaitQuietly(helped);
                return false;
            }
        };
        Shards shards = spread.of(claim, listener, "cpu");
        Future<RunScores> together = threads.submit(
                () -> work.with(job, run, "cpu", request -> scorer.score(request, listener, Checkpoints.NONE, shards)));
        Worker second = new Worker();
        ShardTask helper = new ShardTask(spreadOf(second, folder), work, kinds, jobs, metrics, insistence);
        Set<String> passes = new TreeSet<>();
        while (!together.isDone()) {
            for (ShardData data : dueShards()) {
                // The engine of a process works for one at a time: a pass in the midst of a training has it to the end.
                if (!data.pass().startsWith("epoch-0-")) {
                    continue;
                }
                helper.execute(data, context());
                if (jdbc.sql("SELECT count(*) FROM shard WHERE worker = :worker AND status = 'DONE'")
                                .param("worker", second.id())
                                .query(Long.class)
                                .single()
                        > 0) {
                    passes.add(data.pass());
                    helped.countDown();
                }
            }
        }
        RunScores spreadScores = together.get(1, TimeUnit.SECONDS);

        assertThat(passes).as("passes that the second worker took part in").isNotEmpty();
        assertSame(spreadScores, alone);
        assertThat(jdbc.sql("SELECT count(*) FROM shard_pass WHERE job_id = :job")
                        .param("job", run.job())
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(filesOf(run)).isEmpty();
    }

    @Test
    void keepsShardsForAnotherClaimOfTheRunWithTheSameStateOnly() {
        Claim first = claim();
        assertThat(table.open(run, first.fence(), PASS, "state-1", new byte[] {1}, "cpu", 300, 128))
                .isTrue();
        ShardClaim shard = table.claim(run, null, PASS.id(), null, "a", 3, DEAD).orElseThrow();
        assertThat(shard.from()).isZero();
        assertThat(shard.to()).isEqualTo(128);
        assertThat(table.done(shard, "file")).isTrue();

        Claim second = claim();
        assertThat(table.open(run, first.fence(), PASS, "state-1", new byte[] {1}, "cpu", 300, 128))
                .as("the first claim does not hold any more")
                .isFalse();
        assertThat(table.open(run, second.fence(), PASS, "state-2", new byte[] {1}, "cpu", 300, 128))
                .isTrue();
        assertThat(table.shards(run, PASS.id(), 3, DEAD))
                .extracting(ShardTable.Shard::file)
                .containsExactly("file", null, null);
        assertThat(table.claim(run, null, PASS.id(), null, "b", 3, DEAD)
                        .orElseThrow()
                        .state())
                .isEqualTo("state-2");
        assertThat(table.open(run, second.fence(), PASS, "state-3", new byte[] {2}, "cpu", 300, 128))
                .isTrue();
        assertThat(table.shards(run, PASS.id(), 3, DEAD))
                .extracting(ShardTable.Shard::file)
                .containsOnlyNulls();
        assertThat(table.open(run, second.fence(), PASS, "state-4", new byte[] {2}, "cpu", 300, 100))
                .isTrue();
        assertThat(table.shards(run, PASS.id(), 3, DEAD))
                .as("shards of another size")
                .extracting(ShardTable.Shard::to)
                .containsExactly(100, 200, 300);
    }

    @Test
    void fencesAShardThatSomebodyElseHasTaken() {
        Claim claim = claim();
        table.open(run, claim.fence(), PASS, "state", new byte[] {1}, "cpu", 100, 128);
        ShardClaim zombie =
                table.claim(run, null, PASS.id(), 0, "zombie", 3, DEAD).orElseThrow();
        assertThat(table.claim(run, null, PASS.id(), 0, "other", 3, DEAD))
                .as("its worker is alive")
                .isEmpty();
        assertThat(table.beat(zombie)).isTrue();
        silence();
        ShardClaim heir =
                table.claim(run, null, PASS.id(), null, "heir", 3, DEAD).orElseThrow();
        assertThat(table.beat(zombie)).isFalse();
        assertThat(table.done(zombie, "late")).isFalse();
        assertThat(table.done(heir, "right")).isTrue();
        assertThat(table.shards(run, PASS.id(), 3, DEAD))
                .extracting(ShardTable.Shard::file)
                .containsExactly("right");
    }

    @Test
    void changesNothingOfAPassForAClaimOfTheRunThatIsLost() {
        Claim zombie = claim();
        table.open(run, zombie.fence(), PASS, "state", new byte[] {1}, "cpu", 100, 128);
        table.done(
                table.claim(run, zombie.fence(), PASS.id(), null, "a", 3, DEAD).orElseThrow(), "file");
        Claim heir = claim();
        table.open(run, heir.fence(), PASS, "state", new byte[] {1}, "cpu", 100, 128);

        assertThat(table.redo(run, zombie.fence(), PASS.id(), 0)).isFalse();
        assertThat(table.close(run, zombie.fence(), PASS.id())).isFalse();
        assertThat(table.shards(run, PASS.id(), 3, DEAD))
                .extracting(ShardTable.Shard::file)
                .containsExactly("file");
        assertThat(table.redo(run, heir.fence(), PASS.id(), 0)).isTrue();
        assertThat(table.claim(run, zombie.fence(), PASS.id(), null, "zombie", 3, DEAD))
                .as("it would compute with its own weights")
                .isEmpty();
        assertThat(table.claim(run, heir.fence(), PASS.id(), null, "heir", 3, DEAD))
                .isPresent();
        assertThat(table.close(run, heir.fence(), PASS.id())).isTrue();
        assertThat(table.shards(run, PASS.id(), 3, DEAD)).isEmpty();
    }

    @Test
    void takesNothingOfAShardsFormerWorkerWhenThePassIsOpenedAnewWithOtherWeights() {
        long fence = claim().fence();
        table.open(run, fence, PASS, "state-1", new byte[] {1}, "cpu", 100, 128);
        ShardClaim former = table.claim(run, null, PASS.id(), 0, "a", 3, DEAD).orElseThrow();
        table.open(run, fence, PASS, "state-2", new byte[] {2}, "cpu", 100, 128);
        ShardClaim present = table.claim(run, null, PASS.id(), 0, "b", 3, DEAD).orElseThrow();
        assertThat(table.done(former, "of other weights")).isFalse();
        assertThat(table.done(present, "right")).isTrue();
    }

    @Test
    void leavesThePassOfItsHeirAsItIsWhenItWakesAsItReads() throws IOException {
        Shards shards = spread.of(claim(), new RunListener() {}, "cpu");
        List<ShardTable.Shard> computed = new ArrayList<>();
        assertThatThrownBy(() -> shards.run(
                        PASS, 300, out -> out.write(1), (from, to, stop, out) -> out.write(from), done -> {}, in -> {
                            if (computed.isEmpty()) {
                                computed.addAll(table.shards(run, PASS.id(), 3, DEAD));
                                reopenForAnHeir();
                            }
                        }))
                .isInstanceOf(TrainingStoppedException.class);
        assertThat(computed).hasSize(3);
        assertThat(table.shards(run, PASS.id(), 3, DEAD)).isEqualTo(computed);
        assertThat(filesOf(run)).as("the state and three shards").hasSize(4);
    }

    private void reopenForAnHeir() {
        byte[] digest = jdbc.sql("SELECT digest FROM shard_pass WHERE job_id = :job")
                .param("job", run.job())
                .query(byte[].class)
                .single();
        assertThat(table.open(run, claim().fence(), PASS, "state", digest, "cpu", 300, 128))
                .isTrue();
    }

    @Test
    void doesNotTakeAPassForDoneThatWasTakenAway() {
        Shards shards = spread.of(claim(), new RunListener() {}, "cpu");
        assertThatThrownBy(() -> shards.run(
                        PASS,
                        300,
                        out -> out.write(1),
                        (from, to, stop, out) -> jdbc.sql("DELETE FROM shard_pass WHERE job_id = :job")
                                .param("job", run.job())
                                .update(),
                        done -> {},
                        in -> {}))
                .isInstanceOf(TrainingStoppedException.class);
    }

    @Test
    void givesUpOnAShardThatKillsItsWorkers() {
        Claim claim = claim();
        RunListener listener = new RunListener() {};
        Shards shards = spread.of(claim, listener, "cpu");
        assertThatThrownBy(() -> shards.run(
                        PASS,
                        200,
                        out -> out.write(1),
                        (from, to, stop, out) -> {
                            jdbc.sql("UPDATE shard SET attempts = 3 WHERE job_id = :job")
                                    .param("job", run.job())
                                    .update();
                            throw new TrainingStoppedException();
                        },
                        done -> {},
                        in -> {}))
                .isInstanceOf(ShardQuarantinedException.class)
                .hasMessageContaining("shard 1 of epoch-1-logits");
    }

    @Test
    void computesAShardAgainWhoseResultsAreSpoilt() throws IOException {
        Shards shards = spread.of(claim(), new RunListener() {}, "cpu");
        int[] computed = {0};
        StringBuilder read = new StringBuilder();
        shards.run(
                PASS,
                300,
                out -> out.write(1),
                (from, to, stop, out) -> {
                    computed[0]++;
                    out.write(("%d-%d ".formatted(from, to)).getBytes());
                    if (computed[0] == 3) {
                        spoilTheFirst();
                    }
                },
                done -> {},
                in -> read.append(new String(in.readAllBytes())));
        assertThat(read).hasToString("0-128 128-256 256-300 ");
        assertThat(computed[0]).isEqualTo(4);
    }

    @Test
    void leavesAShardToOthersWhereItDoesNotSeeTheFiles(@TempDir Path elsewhere) throws IOException {
        openPass();
        CheckpointFolder blind = new CheckpointFolder(new CheckpointSettings(true, elsewhere), properties);
        help(spreadOf(new Worker(), blind), work);
        assertThat(onlyShard()).isEqualTo("QUEUED0");
    }

    @Test
    void findsTheSameToTheBitWhereNoFileOfAPassCanBeWritten(@TempDir Path elsewhere) throws IOException {
        Job job = jobs.findById(run.job()).orElseThrow();
        RunScores alone = work.with(
                job, run, "cpu", request -> scorer.score(request, new RunListener() {}, Checkpoints.NONE, Shards.NONE));
        Shards shards = spreadOf(new Worker(), unwritable(elsewhere)).of(claim(), new RunListener() {}, "cpu");
        RunScores spreadScores = work.with(
                job, run, "cpu", request -> scorer.score(request, new RunListener() {}, Checkpoints.NONE, shards));
        assertSame(spreadScores, alone);
    }

    @Test
    void leavesNothingOfAPassWhoseShardsCannotBeKept() throws IOException {
        Shards shards = spread.of(claim(), new RunListener() {}, "cpu");
        assertThat(shards.run(
                        PASS,
                        300,
                        out -> out.write(1),
                        (from, to, stop, out) -> {
                            throw new UncheckedIOException(new IOException("No space left on device"));
                        },
                        done -> {},
                        in -> fail("nothing is there to be read")))
                .as("the pass is to be made without shards")
                .isFalse();
        assertThat(table.shards(run, PASS.id(), 3, DEAD)).isEmpty();
        assertThat(filesOf(run)).isEmpty();
    }

    @Test
    void spendsNoAttemptOfAShardThatAHelperCannotKeep() throws IOException {
        openPass();
        RunScorer full = helping((stop, out) -> {
            throw new IOException("No space left on device");
        });
        help(spread, new RunWork(datasets, methods, full, engine, spread, insistence));
        assertThat(onlyShard()).isEqualTo("QUEUED0");
    }

    @Test
    void keepsWhatAHelperFoundThoughTheDatabasesAnswerWasLost() throws IOException {
        openPass();
        List<Boolean> kept = new ArrayList<>();
        ShardTable losing = new ShardTable(jdbc, batches, heartbeats) {
            @Override
            boolean done(ShardClaim shard, String file) {
                kept.add(super.done(shard, file));
                if (kept.size() == 1) {
                    throw new DataAccessResourceFailureException("the connection broke");
                }
                return kept.get(1);
            }
        };
        RunScorer quick = helping((stop, out) -> out.write(7));
        ShardSpread told = new ShardSpread(
                losing,
                tasks,
                folder,
                new ShardSettings(128, Sharding.ALWAYS),
                settings,
                times,
                new Worker(),
                processEnd,
                jdbc);
        help(told, new RunWork(datasets, methods, quick, engine, told, insistence));
        assertThat(kept).containsExactly(true, true);
        assertThat(onlyShard()).isEqualTo("DONE1");
    }

    /** Runs that were given back unspent, as by shutdowns, may each have begun it. */
    @Test
    void countsTheAttemptsOfAShardFromEachClaimOfItsRun() throws IOException {
        for (int ofRun = 1; ofRun <= 4; ofRun++) {
            openPass();
            assertThat(table.claim(run, null, PASS.id(), 0, "helper", 3, DEAD))
                    .as("claim %d of the run", ofRun)
                    .isPresent();
            jdbc.sql("UPDATE shard SET status = 'QUEUED' WHERE job_id = :job")
                    .param("job", run.job())
                    .update();
        }
        assertThat(table.claim(run, null, PASS.id(), 0, "helper", 3, DEAD)).isPresent();
        jdbc.sql("UPDATE shard SET status = 'QUEUED' WHERE job_id = :job")
                .param("job", run.job())
                .update();
        assertThat(table.claim(run, null, PASS.id(), 0, "helper", 3, DEAD))
                .as("a fourth time within one")
                .isEmpty();
    }

    /** A pass of one shard, as the worker of the run opens it. */
    private void openPass() throws IOException {
        Claim claim = claim();
        String state = folder.writeShard(run.folder(), PASS.id(), "state", out -> out.write(1));
        table.open(run, claim.fence(), PASS, state, new byte[] {1}, "cpu", 100, 128);
    }

    /** Does the task of that shard, as a worker that is free does. */
    private void help(ShardSpread spread, RunWork work) {
        new ShardTask(spread, work, kinds, jobs, metrics, insistence)
                .execute(new ShardData(ShardData.VERSION, run.job(), 0, PASS.id(), 0), context());
    }

    /** The status of that shard, followed by its attempts. */
    private String onlyShard() {
        return jdbc.sql("SELECT status || attempts FROM shard WHERE job_id = :job")
                .param("job", run.job())
                .query(String.class)
                .single();
    }

    /** A folder that cannot be, for there is a file where its parent would be. */
    private CheckpointFolder unwritable(Path elsewhere) throws IOException {
        Path file = Files.createFile(elsewhere.resolve("file"));
        return new CheckpointFolder(new CheckpointSettings(true, file.resolve("folder")), properties);
    }

    /** What a helper does with a shard. */
    private interface Help {
        void compute(StopSignal stop, OutputStream out) throws IOException;
    }

    private static RunScorer helping(Help help) {
        return new RunScorer() {
            @Override
            public RunScores score(RunRequest request, RunListener listener, Checkpoints checkpoints, Shards shards) {
                throw new UnsupportedOperationException("only shards");
            }

            @Override
            public void shard(
                    RunRequest request,
                    ShardPass pass,
                    int from,
                    int to,
                    InputStream in,
                    StopSignal stop,
                    OutputStream out)
                    throws IOException {
                help.compute(stop, out);
            }
        };
    }

    @Test
    void endsTheProcessOfAHelperWhoseShardShowsNoStep() throws Exception {
        openPass();
        CompletableFuture<String> ended = new CompletableFuture<>();
        ProcessEnd process = new ProcessEnd(metrics, deviceFailures) {
            @Override
            void hung(Object work, Duration silence) {
                ended.complete(String.valueOf(work));
            }
        };
        RunScorer hanging = helping((stop, out) -> {
            assertThat(stop.stopRequested()).isFalse();
            ended.join();
            throw new TrainingStoppedException();
        });
        ShardSpread watched =
                spreadOf(new Worker(), folder, Sharding.ALWAYS, hungAfter(Duration.ofSeconds(2)), process);
        RunWork hung = new RunWork(datasets, methods, hanging, engine, spread, insistence);
        threads.submit(() -> help(watched, hung)).get(30, TimeUnit.SECONDS);
        assertThat(ended).isCompletedWithValueMatching(told -> told.startsWith("shard 0 of epoch-1-logits of"));
    }

    @Test
    void tellsOnWhatDeviceTheShardOfAHelperFailed() throws Exception {
        openPass();
        CompletableFuture<String> failed = new CompletableFuture<>();
        ProcessEnd process = new ProcessEnd(metrics, deviceFailures) {
            @Override
            void ifDeviceIsLost(Object work, String device, Throwable failure) {
                failed.complete(device + ": " + failure.getMessage());
            }
        };
        RunScorer failing = helping((stop, out) -> {
            throw new IllegalStateException("CUDA error: unspecified launch failure");
        });
        ShardSpread told = spreadOf(new Worker(), folder, Sharding.ALWAYS, settings, process);
        SurrogateEngine shrinking = mock(SurrogateEngine.class);
        when(shrinking.devices()).thenReturn(engine.devices()).thenReturn(List.of());
        help(told, new RunWork(datasets, methods, failing, shrinking, spread, insistence));
        assertThat(failed).isCompletedWithValue("cpu: CUDA error: unspecified launch failure");
    }

    private JobSettings hungAfter(Duration limit) {
        return new JobSettings(
                settings.mostAttempts(),
                settings.retryDelay(),
                settings.sweepInterval(),
                settings.ageing(),
                settings.mostQueued(),
                settings.mostQueuedPerCaller(),
                limit,
                settings.badDeviceTime(),
                settings.largestJob());
    }

    @Test
    void spreadsOnlyWhatIsLargerThanAShardAndOnlyWhenOthersCanHelp() {
        assertThat(spread.spreads(128)).isFalse();
        assertThat(spread.spreads(129)).isTrue();
        ShardSpread auto = spreadOf(new Worker(), folder, Sharding.AUTO, settings, processEnd);
        assertThat(auto.spreads(129)).as("no worker is alive").isFalse();
        ShardSpread never = spreadOf(new Worker(), folder, Sharding.NEVER, settings, processEnd);
        assertThat(never.of(claim(), new RunListener() {}, "cpu")).isSameAs(Shards.NONE);
    }

    private void spoilTheFirst() throws IOException {
        Path file = FOLDER.resolve("work/checkpoints")
                .resolve(table.shards(run, PASS.id(), 3, DEAD).get(0).file());
        byte[] bytes = Files.readAllBytes(file);
        bytes[0] ^= 1;
        Files.write(file, bytes);
    }

    private void silence() {
        jdbc.sql("UPDATE shard SET heartbeat_at = heartbeat_at - interval '1 hour'")
                .update();
    }

    private ShardSpread spreadOf(Worker worker, CheckpointFolder files) {
        return spreadOf(worker, files, Sharding.ALWAYS, settings, processEnd);
    }

    private ShardSpread spreadOf(
            Worker worker, CheckpointFolder files, Sharding sharding, JobSettings given, ProcessEnd end) {
        return new ShardSpread(table, tasks, files, new ShardSettings(128, sharding), given, times, worker, end, jdbc);
    }

    private static void assertSame(RunScores found, RunScores expected) {
        assertThat(found.methods()).hasSameSizeAs(expected.methods());
        for (int i = 0; i < expected.methods().size(); i++) {
            MethodScores one = expected.methods().get(i);
            assertThat(found.methods().get(i).scores())
                    .as(one.method() + "@" + one.epoch())
                    .isEqualTo(one.scores());
        }
        assertThat(found.predicted()).isEqualTo(expected.predicted());
    }

    /** Takes the tasks of shards out of the queue, as a scheduler would. */
    private List<ShardData> dueShards() {
        return jdbc
                .sql(
                        "DELETE FROM scheduled_tasks WHERE task_name = 'score-shard' AND task_instance LIKE :job || '/%' RETURNING task_instance")
                .param("job", run.job().toString())
                .query(String.class)
                .list()
                .stream()
                .map(id -> id.split("/"))
                .map(id -> new ShardData(
                        ShardData.VERSION,
                        UUID.fromString(id[0]),
                        Integer.parseInt(id[1]),
                        id[2],
                        Integer.parseInt(id[3])))
                .toList();
    }

    private ExecutionContext context() {
        SchedulerState state = new SchedulerState() {
            @Override
            public boolean isShuttingDown() {
                return false;
            }

            @Override
            public boolean isStarted() {
                return true;
            }

            @Override
            public boolean isPaused() {
                return false;
            }
        };
        return new ExecutionContext(state, execution(), scheduler, null);
    }

    private Claim claim() {
        return ledger.claim(run, "worker", execution(), DEAD).orElseThrow();
    }

    private Execution execution() {
        TaskInstance<TaskData> instance = JobTasks.RUN
                .instance(run.job() + "/0")
                .data(new TaskData(TaskData.VERSION, run.job(), 0))
                .build();
        return new Execution(Instant.now(), instance, true, "x", null, null, 0, null, 1L);
    }

    private List<Path> filesOf(RunKey run) throws IOException {
        Path files = FOLDER.resolve("work/checkpoints").resolve(run.job().toString());
        if (!Files.exists(files)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(files)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first samples of an IDX file. */
    private static void cut(Path source, Path target, int samples) throws IOException {
        byte[] all;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(source))) {
            all = in.readAllBytes();
        }
        ByteBuffer file = ByteBuffer.wrap(all);
        int dimensions = file.get(3);
        int header = 4 + 4 * dimensions;
        int each = (all.length - header) / file.getInt(4);
        file.putInt(4, samples);
        try (OutputStream out = Files.newOutputStream(target)) {
            out.write(all, 0, header + samples * each);
        }
    }
}
