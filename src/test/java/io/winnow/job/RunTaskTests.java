package io.winnow.job;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerState;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerProperties;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.winnow.dataset.Datasets;
import io.winnow.job.JobBench.ScriptedScorer;
import io.winnow.job.JobTasks.TaskData;
import io.winnow.job.RunLedger.Claim;
import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.job.checkpoint.CheckpointSettings;
import io.winnow.platform.ConflictException;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.RunRequest;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.ModuleLostException;
import io.winnow.surrogate.SamplesUnreadableException;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TrainingDivergedException;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.testing.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.AdditionalAnswers;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.CannotCreateTransactionException;

/** Single executions of a run's task, started by hand in a process that works on nothing by itself. */
@SpringBootTest(properties = "winnow.role=api")
@Import({TestDatabase.class, JobBench.class})
class RunTaskTests {

    @Autowired
    ScoringJobs scoring;

    @Autowired
    RunTask task;

    @Autowired
    FinishTask finish;

    @Autowired
    RunLedger ledger;

    @Autowired
    RunTable runs;

    @Autowired
    Jobs jobs;

    @Autowired
    ScriptedScorer scorer;

    @Autowired
    MemoryScoreStore scores;

    @Autowired
    AutowireCapableBeanFactory beans;

    @Autowired
    Scheduler scheduler;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    MeterRegistry registry;

    private final AtomicBoolean shuttingDown = new AtomicBoolean();
    private final ExecutorService threads = Executors.newSingleThreadExecutor();

    @BeforeEach
    void scoreAtOnce() {
        scores.failure = null;
        scorer.play((request, listener) -> JobBench.scoresOf(request));
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void isHealthyInAProcessThatOnlyAnswersRequests(@Autowired HealthEndpoint health) {
        assertThat(scheduler.getSchedulerState().isStarted()).isFalse();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void tellsTheMetersWhatBecameOfEachAttempt() {
        double retried = attempts("retried");
        double failed = attempts("failed");
        double done = attempts("done");
        RunKey run = submit();
        scorer.play((request, listener) -> {
            throw new IllegalStateException("for once");
        });
        execute(run);
        scoreAtOnce();
        execute(run);
        assertThat(attempts("retried")).isEqualTo(retried + 1);
        assertThat(attempts("done")).isEqualTo(done + 1);
        assertThat(attempts("failed")).isEqualTo(failed);
        assertThat(registry.get("winnow.run.silence").timeGauge().value()).isZero();
    }

    private double attempts(String outcome) {
        Timer attempts = registry.find("winnow.run").tag("outcome", outcome).timer();
        return attempts == null ? 0 : attempts.count();
    }

    @Test
    void releasesTheRunWithoutSpendingAnAttemptWhenTheProcessGoesDown() {
        RunKey run = submit();
        scorer.play((request, listener) -> {
            assertThat(listener.stopRequested()).isFalse();
            shuttingDown.set(true);
            assertThat(listener.stopRequested()).isTrue();
            throw new TrainingStoppedException();
        });
        execute(run);
        assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
        assertThat(only(run).attempts()).isZero();

        shuttingDown.set(false);
        scoreAtOnce();
        execute(run);
        assertThat(only(run).status()).isEqualTo(Run.Status.SUCCEEDED);
        assertThat(only(run).attempts()).isEqualTo(1);
    }

    /** Also where the run itself never asked whether to stop: it was interrupted. */
    @Test
    void spendsNoAttemptOnAFailureThatTheShutdownCaused() {
        for (RuntimeException fault :
                List.of(new IllegalStateException("interrupted"), new TrainingStoppedException())) {
            RunKey run = submit();
            scorer.play((request, listener) -> {
                shuttingDown.set(true);
                Thread.currentThread().interrupt();
                throw fault;
            });
            execute(run);
            assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
            assertThat(only(run).attempts()).isZero();
            assertThat(taskIsHeld(run)).isFalse();
            shuttingDown.set(false);
        }
    }

    /** What is not so would be claimed again and again by the process that has the claim. */
    @Test
    void givesARunUpThatFailsThreeTimesWithWhateverErrorItIs() {
        RunKey run = submit();
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
            scorer.play((request, listener) -> {
                throw new ServiceConfigurationError("a library is not what it was");
            });
            execute(run);
            assertThat(only(run).attempts()).isEqualTo(attempt);
        }
        assertThat(jobs.findById(run.job()).orElseThrow().status()).isEqualTo(JobStatus.FAILED);
    }

    @Test
    void stopsAWorkerWhoseRunWasClaimedByAnotherWithinASecondAndABatch() throws Exception {
        RunKey run = submit();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        scorer.play((request, listener) -> {
            begun.countDown();
            while (!listener.stopRequested()) {
                LockSupport.parkNanos(1_000_000);
            }
            stopped.countDown();
            throw new TrainingStoppedException();
        });
        threads.submit(() -> execute(run));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(runs.claim(run, "heir", 3)).contains(2L);
        assertThat(stopped.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(only(run).worker()).isEqualTo("heir");
        assertThat(only(run).status()).isEqualTo(Run.Status.RUNNING);
    }

    @Test
    void keepsTheResultsOverARestartOfTheDatabase() {
        RunKey run = submit();
        scores.failure = new TransientDataAccessResourceException("the connection is lost");
        threads.submit(() -> execute(run));
        int before = scores.refusals.get();
        await().atMost(ofSeconds(20)).until(() -> scores.refusals.get() >= before + 2);
        assertThat(only(run).status()).isEqualTo(Run.Status.RUNNING);
        scores.failure = null;
        await().atMost(ofSeconds(20)).until(() -> only(run).status() == Run.Status.SUCCEEDED);
        assertThat(scorer.requests).as("the training is not repeated").hasSize(1);
    }

    @Test
    void putsARunOffWithoutSpendingAnAttemptWhenTheDatabaseHasNoRoomOrIsAway() {
        RunKey run = submit();
        for (int time = 0; time < 5; time++) {
            RuntimeException fault = time % 2 == 0 ? noRoom() : noConnection();
            scorer.play((request, listener) -> {
                throw fault;
            });
            execute(run);
            assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
            assertThat(only(run).attempts()).isZero();
        }
    }

    /** However long it has none: as long as the run cannot be given back, its next claim would count. */
    @Test
    void putsARunOffForAsLongAsTheDatabaseHasNoRoom() {
        RunKey run = submit();
        scorer.play((request, listener) -> {
            throw noRoom();
        });
        AtomicInteger tries = new AtomicInteger();
        SchedulerTimes times = mock(SchedulerTimes.class);
        when(times.dead()).thenReturn(ofSeconds(1));
        execute(
                taskWith(
                        new RunLedger(null, null, null, null, null) {
                            @Override
                            public Optional<Claim> claim(
                                    RunKey key, String worker, Execution execution, Duration dead) {
                                return ledger.claim(key, worker, execution, dead);
                            }

                            @Override
                            public boolean release(Claim claim) {
                                if (tries.incrementAndGet() < 5) {
                                    throw noRoom();
                                }
                                return ledger.release(claim);
                            }
                        },
                        new Insistence(times)),
                new TaskData(TaskData.VERSION, run.job(), run.number()));
        assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
        assertThat(only(run).attempts()).isZero();
    }

    private static RuntimeException noConnection() {
        return new CannotCreateTransactionException(
                "could not begin", new SQLTransientConnectionException("no connection within 1500 ms"));
    }

    private static RuntimeException noRoom() {
        return new DataAccessResourceFailureException(
                "cannot insert",
                new SQLException("could not extend file \"base/5/16588\": No space left on device", "53100"));
    }

    @Test
    void givesTheRunBackOverARestartOfTheDatabaseWhenTheProcessGoesDown() {
        RunKey run = submit();
        scorer.play((request, listener) -> {
            shuttingDown.set(true);
            assertThat(listener.stopRequested()).isTrue();
            throw new TrainingStoppedException();
        });
        AtomicInteger tries = new AtomicInteger();
        execute(
                taskWith(new RunLedger(null, null, null, null, null) {
                    @Override
                    public Optional<Claim> claim(RunKey key, String worker, Execution execution, Duration dead) {
                        return ledger.claim(key, worker, execution, dead);
                    }

                    @Override
                    public boolean release(Claim claim) {
                        if (tries.incrementAndGet() < 3) {
                            throw new TransientDataAccessResourceException("the connection is lost");
                        }
                        return ledger.release(claim);
                    }
                }),
                new TaskData(TaskData.VERSION, run.job(), run.number()));
        assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
        assertThat(only(run).attempts()).isZero();
    }

    /** What a GPU answers after it failed is as wrong in the next run; another process makes a context of its own. */
    @ParameterizedTest
    @CsvSource({
        "CUDA error: device-side assert triggered, 1, QUEUED",
        "CUDA out of memory. Tried to allocate 20.00 MiB, 0, FAILED",
        "an index is out of range, 0, QUEUED"
    })
    void endsTheProcessWhoseDeviceFailedAndNoOther(String message, int exits, Run.Status left) {
        RunKey run = submit();
        scorer.play((request, listener) -> {
            throw new IllegalStateException("a pass broke off", new RuntimeException(message));
        });
        AtomicInteger exited = new AtomicInteger();
        DeviceFailures failures = mock(DeviceFailures.class);
        ProcessEnd end = new ProcessEnd(beans.getBean(RunMetrics.class), failures) {
            @Override
            void exit() {
                exited.incrementAndGet();
            }
        };
        execute(taskWith(ledger, end), run);
        assertThat(exited).hasValue(exits);
        verify(failures, times(exits)).add(eq("cpu"), any());
        assertThat(only(run).status()).isEqualTo(left);
        assertThat(only(run).attempts()).isEqualTo(1);
    }

    private RunTask taskWith(RunLedger other) {
        return taskWith(other, beans.getBean(ProcessEnd.class));
    }

    private RunTask taskWith(RunLedger other, ProcessEnd end) {
        return taskWith(other, beans.getBean(RunWork.class), beans.getBean(JobKinds.class), end);
    }

    private RunTask taskWith(RunLedger other, RunWork work, JobKinds kinds, ProcessEnd end) {
        return taskWith(other, work, kinds, end, beans.getBean(Insistence.class));
    }

    private RunTask taskWith(RunLedger other, Insistence insistence) {
        return taskWith(
                other,
                beans.getBean(RunWork.class),
                beans.getBean(JobKinds.class),
                beans.getBean(ProcessEnd.class),
                insistence);
    }

    private RunTask taskWith(RunLedger other, RunWork work, JobKinds kinds, ProcessEnd end, Insistence insistence) {
        return new RunTask(
                other,
                runs,
                work,
                kinds,
                jobs,
                beans.getBean(Worker.class),
                beans.getBean(SchedulerTimes.class),
                beans.getBean(CheckpointSweep.class),
                beans.getBean(JobSettings.class),
                end,
                beans.getBean(RunMetrics.class),
                insistence);
    }

    @Test
    void looksAtTheDatasetOverARestartOfTheDatabase() {
        RunKey run = submit();
        AtomicInteger tries = new AtomicInteger();
        Datasets unsteady = lookingFirst(stop -> {
            if (tries.incrementAndGet() < 3) {
                throw new TransientDataAccessResourceException("the connection is lost");
            }
        });
        JobKind kind = kind();
        execute(taskOn(kinds(kind, unsteady), List.of(gpu()), List.of()), run);
        assertThat(tries).hasValue(3);
        verify(kind).perform(any(), any(), any());
    }

    /** A thread that is told to end while it reads cannot read: that says nothing of the data. */
    @Test
    void spendsNoAttemptOnALookAtTheDatasetThatTheShutdownBrokeOff() {
        RunKey run = submit();
        Datasets brokenOff = lookingFirst(stop -> {
            assertThat(stop.stopRequested()).isFalse();
            shuttingDown.set(true);
            throw new ConflictException("the tensor store is missing or damaged");
        });
        JobKind kind = kind();
        execute(taskOn(kinds(kind, brokenOff), List.of(gpu()), List.of()), run);
        verify(kind, never()).perform(any(), any(), any());
        assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
        assertThat(only(run).attempts()).isZero();
    }

    @Test
    void triesAgainWhereTheDatasetIsAwayWhenTheRunBegins() {
        RunKey run = submit();
        AtomicInteger tries = new AtomicInteger();
        Datasets away = lookingFirst(stop -> {
            if (tries.incrementAndGet() < 3) {
                throw new ConflictException("the tensor store is missing or damaged");
            }
        });
        JobKind kind = kind();
        RunTask task = taskOn(kinds(kind, away), List.of(gpu()), List.of(gpu()), List.of(gpu()));
        for (int attempt = 1; attempt < 3; attempt++) {
            execute(task, run);
            assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
            assertThat(only(run).attempts()).isEqualTo(attempt);
            verify(kind, never()).perform(any(), any(), any());
        }
        execute(task, run);
        verify(kind).perform(any(), any(), any());
    }

    /** Datasets that do something before each look whether one is intact. */
    private Datasets lookingFirst(Consumer<StopSignal> before) {
        Datasets datasets = beans.getBean(Datasets.class);
        return (Datasets) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Datasets.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("requireIntact")) {
                        before.accept((StopSignal) arguments[1]);
                    }
                    return method.invoke(datasets, arguments);
                });
    }

    private RunWork workWith(Datasets datasets, SurrogateEngine engine) {
        return new RunWork(
                datasets,
                beans.getBean(MethodRegistry.class),
                scorer,
                engine,
                beans.getBean(ShardSpread.class),
                beans.getBean(Insistence.class));
    }

    @Test
    void publishesOverARestartOfTheDatabaseInOneAttempt() {
        RunKey run = submit();
        execute(run);
        scores.failure = new TransientDataAccessResourceException("the connection is lost");
        int before = scores.refusals.get();
        TaskData data = new TaskData(TaskData.VERSION, run.job(), 0);
        threads.submit(() -> finish.execute(data, contextOf(executionOf(run, 1))));
        await().atMost(ofSeconds(20)).until(() -> scores.refusals.get() >= before + 2);
        scores.failure = null;
        await().atMost(ofSeconds(20))
                .until(() -> jobs.findById(run.job()).orElseThrow().status() == JobStatus.SUCCEEDED);
        assertThat(jdbc.sql("SELECT finish_attempts FROM job WHERE id = :id")
                        .param("id", run.job())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void publishesOnceThereIsRoomInTheDatabaseHoweverOftenThereWasNone() {
        RunKey run = submit();
        execute(run);
        DbSchedulerProperties impatient = new DbSchedulerProperties();
        impatient.setHeartbeatInterval(Duration.ofMillis(250));
        FinishTask soon = new FinishTask(
                beans.getBean(JobFinisher.class),
                beans.getBean(JobSettings.class),
                new Insistence(new SchedulerTimes(impatient)),
                beans.getBean(ProcessEnd.class));
        TaskData data = new TaskData(TaskData.VERSION, run.job(), 0);
        scores.failure = noRoom();
        for (int time = 0; time < 5; time++) {
            soon.execute(data, contextOf(executionOf(run, 1)));
            assertThat(jobs.findById(run.job()).orElseThrow().status()).isEqualTo(JobStatus.RUNNING);
        }
        scores.failure = null;
        soon.execute(data, contextOf(executionOf(run, 1)));
        assertThat(jobs.findById(run.job()).orElseThrow().status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    @Test
    void publishesAfterAnyNumberOfShutdownsInTheMidstOfIt() {
        RunKey run = submit();
        execute(run);
        TaskData data = new TaskData(TaskData.VERSION, run.job(), 0);
        Execution execution = executionOf(run, 1);
        List<Instant> due = new ArrayList<>();
        shuttingDown.set(true);
        for (int time = 0; time < 5; time++) {
            scores.failure = time % 2 == 0 ? null : new IllegalStateException("broken off");
            finish.execute(data, contextOf(execution))
                    .complete(
                            ExecutionComplete.success(execution, Instant.EPOCH, Instant.EPOCH),
                            new ExecutionOperations<>(null, null, execution) {
                                @Override
                                public void reschedule(ExecutionComplete completed, Instant next) {
                                    due.add(next);
                                }
                            });
            assertThat(jobs.findById(run.job()).orElseThrow().status()).isEqualTo(JobStatus.RUNNING);
        }
        assertThat(due).hasSize(5).containsOnly(Instant.EPOCH);
        scores.failure = null;
        shuttingDown.set(false);
        finish.execute(data, contextOf(execution));
        assertThat(jobs.findById(run.job()).orElseThrow().status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(jdbc.sql("SELECT finish_attempts FROM job WHERE id = :id")
                        .param("id", run.job())
                        .query(Integer.class)
                        .single())
                .isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[enforce fail at alloc_cpu.cpp:119] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes",
                "DefaultCPUAllocator: not enough memory: you tried to allocate 8589934592 bytes.",
                "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 139.00 GiB total capacity)"
            })
    void failsAtOnceWithAdviceWhenATrainingBatchDoesNotFitIntoMemory(String message) {
        RunKey run = submit();
        scorer.play((request, listener) -> {
            throw new IllegalStateException("engine", new RuntimeException(message));
        });
        execute(run);
        assertThat(only(run).status()).isEqualTo(Run.Status.FAILED);
        assertThat(only(run).attempts()).isEqualTo(1);
        assertThat(errorOf(run)).contains("run 0", "batches of 128", "smaller training.batchSize");
    }

    @Test
    void triesAgainAndThenFailsTheRunAndLivesWhenTheDataGoesAwayUnderIt() {
        for (Throwable fault : List.of(
                new InternalError("a fault occurred in an unsafe memory access operation"),
                new ModuleLostException("dataset 'tiny': ingest"),
                new SamplesUnreadableException("a batch of samples could not be read", new InternalError()))) {
            RunKey run = submit();
            scorer.play((request, listener) -> {
                if (fault instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) fault;
            });
            for (int attempt = 1; attempt < 3; attempt++) {
                execute(run);
                assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
                assertThat(taskWaits(run)).isTrue();
            }
            execute(run);
            assertThat(only(run).status()).isEqualTo(Run.Status.FAILED);
            assertThat(only(run).attempts()).isEqualTo(3);
            assertThat(errorOf(run)).contains("run 0", "dataset 'tiny'", "ingest");
        }
    }

    @Test
    void failsAtOnceWhenTheLossIsNotFinite() {
        RunKey run = submit();
        scorer.play((request, listener) -> {
            throw new TrainingDivergedException(3, 47, 0.25);
        });
        execute(run);
        assertThat(only(run).status()).isEqualTo(Run.Status.FAILED);
        assertThat(only(run).attempts()).isEqualTo(1);
        assertThat(errorOf(run)).contains("run 0", "epoch 3", "step 47", "0.25", "training.learningRate");
    }

    @Test
    void leavesATaskOfALaterVersionToALaterProcess() {
        RunKey run = submit();
        execute(task, new TaskData(TaskData.VERSION + 1, run.job(), run.number()));
        assertThat(only(run).attempts()).isZero();
        assertThat(taskWaits(run)).isTrue();
    }

    @Test
    void leavesARunToAWorkerThatHasItsDevice() {
        UUID job = scoring.submit("""
                {"dataset": "tiny", "model": "small", "methods": ["scripted"], "runs": 1, "device": "cuda:3"}
                """.getBytes(), null, null);
        RunKey run = new RunKey(job, 0);
        execute(run);
        assertThat(only(run).attempts()).isZero();
        assertThat(taskWaits(run)).isTrue();
    }

    /** Of any kind: what a worker has no device for is another's, and says nothing of the run. */
    @ParameterizedTest
    @ValueSource(strings = {"scoring", "evaluation", "dynamics", "noise-audit"})
    void leavesARunForAnyDeviceToOthersWhereThereIsNoneLeft(String kind) {
        RunKey run = submit();
        jdbc.sql("UPDATE job SET kind = :kind WHERE id = :id")
                .param("kind", kind)
                .param("id", run.job())
                .update();
        RunTask idle = taskOn(beans.getBean(JobKinds.class), List.of());
        execute(idle, run);
        assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
        assertThat(only(run).attempts()).isZero();
        assertThat(taskWaits(run)).isTrue();
    }

    @Test
    void doesARunOnTheDeviceThatItWasClaimedForThoughThatLeavesTheListAtOnce() {
        RunKey run = submit();
        RunTask shrinking = taskOn(beans.getBean(JobKinds.class), List.of(gpu()), List.of());
        execute(shrinking, run);
        assertThat(scorer.requests).extracting(RunRequest::device).containsExactly("cuda:1");
        assertThat(only(run).status()).isEqualTo(Run.Status.SUCCEEDED);
        assertThat(only(run).attempts()).isEqualTo(1);
    }

    private static JobKind kind() {
        JobKind kind = mock(JobKind.class);
        when(kind.id()).thenReturn(ScoringKind.ID);
        when(kind.perform(any(), any(), any())).thenThrow(new ConflictException("seen"));
        return kind;
    }

    private JobKinds kinds(JobKind kind, Datasets datasets) {
        return new JobKinds(
                List.of(kind),
                beans.getBean(CheckpointFolder.class),
                runs,
                beans.getBean(CheckpointSettings.class),
                beans.getBean(RunMetrics.class),
                datasets,
                beans.getBean(Insistence.class),
                beans.getBean(MethodRegistry.class),
                beans.getBean(JobSettings.class));
    }

    /** As in a rollout, when what a later version's process accepted comes to a worker of this one. */
    @ParameterizedTest
    @CsvSource({"request, methods, '[\"of-later\"]'", "model, architecture, '\"of-later\"'"})
    void leavesWhatALaterVersionBroughtToItsWorkers(String document, String field, String value) {
        RunKey run = submit();
        String before = jdbc.sql("SELECT %s::text FROM job WHERE id = :id".formatted(document))
                .param("id", run.job())
                .query(String.class)
                .single();
        set(run.job(), document, "jsonb_set(" + document + ", '{" + field + "}', '" + value + "')");
        execute(run);
        finish.execute(new TaskData(TaskData.VERSION, run.job(), 0), contextOf(executionOf(run, 1)));
        assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
        assertThat(only(run).attempts()).isZero();
        set(run.job(), document, "'" + before + "'::jsonb");
        execute(run);
        assertThat(only(run).status()).isEqualTo(Run.Status.SUCCEEDED);
    }

    private void set(UUID job, String column, String value) {
        jdbc.sql("UPDATE job SET %s = %s WHERE id = :id".formatted(column, value))
                .param("id", job)
                .update();
    }

    @Test
    void endsAJobThatItCannotDoWhoseRunKilledAllWorkersThatCould() {
        RunKey run = submit();
        RunTask without = taskOn(beans.getBean(JobKinds.class), List.of(), List.of());
        execute(without, run);
        assertThat(jobs.findById(run.job()).orElseThrow().status()).isEqualTo(JobStatus.QUEUED);
        jdbc.sql("UPDATE job SET status = 'RUNNING', started_at = now() WHERE id = :id")
                .param("id", run.job())
                .update();
        jdbc.sql("""
                        UPDATE run SET status = 'RUNNING', attempts = 3, fence = 3, worker = 'gone', claimed_at = now(),
                                       heartbeat_at = now() - interval '1 hour' WHERE job_id = :id
                        """).param("id", run.job()).update();
        execute(without, run);
        assertThat(jobs.findById(run.job()).orElseThrow().status()).isEqualTo(JobStatus.FAILED);
    }

    /** A worker of the release before passes over a field that it does not know, and would score something else. */
    @Test
    void raisesTheVersionOfTasksWithEachFieldThatTheRequestOfAJobGets() {
        assertThat(fields(JobRequest.class) + " " + TaskData.VERSION)
                .as(
                        "what a request may ask for, and the version of the tasks that ask for it: raise TaskData.VERSION with each")
                .isEqualTo("(dataset model methods runs epochs scoreAt seed training(optimizer batchSize "
                        + "learningRate momentum nesterov weightDecay schedule(type milestones gamma "
                        + "warmupEpochs) augmentation) options(neverLearned stages chunks scope window) "
                        + "labelNoise(kind fraction seed classes) device priority) 1");
    }

    private static String fields(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(field -> field.getType().isRecord() ? field.getName() + fields(field.getType()) : field.getName())
                .collect(Collectors.joining(" ", "(", ")"));
    }

    @Test
    void tellsEachKindOnWhatDeviceToDoARun() {
        RunKey run = submit();
        JobKind kind = kind();
        JobKinds one = kinds(kind, beans.getBean(Datasets.class));
        execute(taskOn(one, List.of(gpu()), List.of()), run);
        verify(kind).perform(argThat(told -> told.device().equals("cuda:1")), any(), any());
    }

    @Test
    void beginsNoWatchAndSpendsNoAttemptWhereItsDevicesCannotBeTold() {
        RunKey run = submit();
        SurrogateEngine broken = mock(SurrogateEngine.class);
        when(broken.devices()).thenThrow(new IllegalStateException("the driver is gone"));
        RunTask unable = taskWith(
                ledger,
                workWith(beans.getBean(Datasets.class), broken),
                beans.getBean(JobKinds.class),
                beans.getBean(ProcessEnd.class));
        assertThatIllegalStateException().isThrownBy(() -> execute(unable, run));
        assertThat(only(run).attempts()).isZero();
    }

    private static ComputeDevice gpu() {
        return new ComputeDevice("cuda:1", "a GPU", 1);
    }

    /** @param shown by the engine, the last of them from then on */
    @SafeVarargs
    private RunTask taskOn(JobKinds kinds, List<ComputeDevice>... shown) {
        SurrogateEngine engine = mock(SurrogateEngine.class);
        when(engine.devices()).thenAnswer(AdditionalAnswers.returnsElementsOf(List.of(shown)));
        return taskWith(
                ledger, workWith(beans.getBean(Datasets.class), engine), kinds, beans.getBean(ProcessEnd.class));
    }

    @Test
    void doesNothingForAJobThatIsGone() {
        RunKey run = submit();
        jdbc.sql("DELETE FROM job WHERE id = :id").param("id", run.job()).update();
        execute(run);
        assertThat(scorer.requests).isEmpty();
        assertThat(jdbc.sql("SELECT count(*) FROM scheduled_tasks WHERE task_instance = :id")
                        .param("id", run.job() + "/0")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private RunKey submit() {
        UUID job = scoring.submit("""
                {"dataset": "tiny", "model": "small", "methods": ["scripted"], "runs": 1}
                """.getBytes(), null, null);
        return new RunKey(job, 0);
    }

    private void execute(RunKey run) {
        execute(task, run);
    }

    private void execute(RunTask executed, RunKey run) {
        execute(executed, new TaskData(TaskData.VERSION, run.job(), run.number()));
    }

    /** As the scheduler does it: picks the task, executes it, and lets the handler put it back. */
    private void execute(RunTask executed, TaskData data) {
        String id = data.job() + "/" + data.run();
        long version = jdbc.sql("""
                        UPDATE scheduled_tasks SET picked = true, version = version + 1, last_heartbeat = now()
                         WHERE task_instance = :id RETURNING version
                        """).param("id", id).query(Long.class).single();
        Execution execution = executionOf(data.key(), version);
        var handler = executed.execute(data, contextOf(execution));
        handler.complete(
                ExecutionComplete.success(execution, Instant.now(), Instant.now()), new Rescheduling(execution));
    }

    private static Execution executionOf(RunKey run, long version) {
        TaskInstance<TaskData> instance = JobTasks.RUN
                .instance(run.job() + "/" + run.number())
                .data(new TaskData(TaskData.VERSION, run.job(), run.number()))
                .build();
        return new Execution(Instant.now(), instance, true, "x", null, null, 0, null, version);
    }

    private ExecutionContext contextOf(Execution execution) {
        SchedulerState state = new SchedulerState() {
            @Override
            public boolean isShuttingDown() {
                return shuttingDown.get();
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
        return new ExecutionContext(state, execution, scheduler, null);
    }

    /** The scheduler's own operations need its repository, which it keeps to itself; one of them is used. */
    private final class Rescheduling extends ExecutionOperations<TaskData> {

        private final Execution execution;

        Rescheduling(Execution execution) {
            super(null, null, execution);
            this.execution = execution;
        }

        @Override
        public void reschedule(ExecutionComplete completed, Instant next) {
            assertThat(jdbc.sql("""
                            UPDATE scheduled_tasks
                               SET picked = false, version = version + 1, last_heartbeat = NULL, execution_time = :next
                             WHERE task_instance = :id AND version = :version
                            """)
                            .param("next", next.atOffset(ZoneOffset.UTC))
                            .param("id", execution.taskInstance.getId())
                            .param("version", execution.version)
                            .update())
                    .isEqualTo(1);
        }
    }

    private String errorOf(RunKey run) {
        return jdbc.sql("SELECT error_detail FROM job WHERE id = :id")
                .param("id", run.job())
                .query(String.class)
                .single();
    }

    private boolean taskIsHeld(RunKey run) {
        return jdbc.sql("SELECT picked FROM scheduled_tasks WHERE task_instance = :id")
                .param("id", run.job() + "/" + run.number())
                .query(Boolean.class)
                .single();
    }

    private boolean taskWaits(RunKey run) {
        return jdbc.sql("SELECT NOT picked AND execution_time > now() FROM scheduled_tasks WHERE task_instance = :id")
                .param("id", run.job() + "/0")
                .query(Boolean.class)
                .single();
    }

    private Run only(RunKey run) {
        return runs.ofJobs(List.of(run.job())).get(0);
    }
}
