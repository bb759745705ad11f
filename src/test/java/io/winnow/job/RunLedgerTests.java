package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.micrometer.core.instrument.MeterRegistry;
import io.winnow.job.JobEpochs.RunEpoch;
import io.winnow.job.JobTasks.TaskData;
import io.winnow.job.RunLedger.Claim;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunListener.RunProgress;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.surrogate.StopSignal;
import io.winnow.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The ledger on a real database, in a process that works on nothing by itself. */
@SpringBootTest(properties = "winnow.role=api")
@Import({TestDatabase.class, JobBench.class})
class RunLedgerTests {

    private static final Duration DEAD = Duration.ofSeconds(60);

    @Autowired
    ScoringJobs scoring;

    @Autowired
    RunLedger ledger;

    @Autowired
    RunTable runs;

    @Autowired
    Jobs jobs;

    @Autowired
    PlatformTransactionManager transactions;

    @Autowired
    JobTasks tasks;

    @Autowired
    JobFinisher finisher;

    @Autowired
    JobSweep sweep;

    @Autowired
    MemoryScoreStore scores;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    MeterRegistry registry;

    private final ExecutorService threads = Executors.newFixedThreadPool(8);

    @BeforeEach
    void storeWorks() {
        scores.failure = null;
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void storesAJobTogetherWithATaskForEachRun() {
        UUID job = submit(3);
        assertThat(statusOf(job)).isEqualTo(JobStatus.QUEUED);
        assertThat(tasksOf(job)).containsExactly(job + "/0", job + "/1", job + "/2");
    }

    /** A process that dies between a job's row and its tasks leaves neither, nor does one that dies after both and before the commit. */
    @Test
    void leavesNeitherJobNorTasksOfASubmissionThatIsNotCommitted() {
        UUID job = new TransactionTemplate(transactions).execute(status -> {
            UUID submitted = submit(3);
            assertThat(tasksOf(submitted)).hasSize(3);
            status.setRollbackOnly();
            return submitted;
        });
        assertThat(jobs.findById(job)).isEmpty();
        assertThat(tasksOf(job)).isEmpty();
    }

    @Test
    void raisesTheFenceAndCountsTheAttemptBeforeAnyWork() {
        RunKey run = new RunKey(submit(1), 0);
        Claim first = claim(run, "a").orElseThrow();
        Claim second = claim(run, "b").orElseThrow();
        assertThat(first.fence()).isEqualTo(1);
        assertThat(second.fence()).isEqualTo(2);
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(statusOf(run.job())).isEqualTo(JobStatus.RUNNING);
        assertThat(scoring.require(run.job()).startedAt()).isNotNull();
    }

    @Test
    void showsTheAccuraciesOfARunAtWorkByEpochUnderItsFenceOnly() {
        RunKey run = new RunKey(submit(1), 0);
        Claim zombie = claim(run, "zombie").orElseThrow();
        runs.trained(run, zombie.fence(), List.of(new EpochAccuracy(1, 0.5, Double.NaN)));
        assertThat(scoring.epochs(run.job()).runs().get(0).epochs()).containsExactly(new RunEpoch(1, 0.5, null));
        assertThat(scoring.require(run.job()).progress().trainAccuracy()).isEqualTo(0.5);
        assertThat(scoring.require(run.job()).progress().testAccuracy()).isNull();

        Claim heir = claim(run, "heir").orElseThrow();
        assertThat(scoring.epochs(run.job()).runs()).as("begun anew").isEmpty();
        runs.trained(run, zombie.fence(), List.of(new EpochAccuracy(1, 0.1, 0.1)));
        assertThat(scoring.epochs(run.job()).runs()).isEmpty();
        runs.trained(run, heir.fence(), List.of(new EpochAccuracy(1, 0.6, 0.55), new EpochAccuracy(2, 0.7, 0.65)));
        assertThat(scoring.epochs(run.job()).runs().get(0).epochs())
                .containsExactly(new RunEpoch(1, 0.6, 0.55), new RunEpoch(2, 0.7, 0.65));
        assertThat(scoring.require(run.job()).progress().testAccuracy()).isEqualTo(0.65);
    }

    @Test
    void takesNothingFromAWorkerWhoseRunWasClaimedAnew() {
        RunKey run = new RunKey(submit(1), 0);
        Claim zombie = claim(run, "zombie").orElseThrow();
        Claim heir = claim(run, "heir").orElseThrow();

        assertThat(runs.progress(run, zombie.fence(), progress(0.5))).isFalse();
        assertThat(ledger.complete(zombie, result(), picked(run))).isFalse();
        assertThat(ledger.release(zombie)).isFalse();
        assertThat(ledger.retry(zombie, new JobError("x", "y"), picked(run))).isEmpty();
        ledger.fail(zombie, new JobError("x", "y"), picked(run));

        assertThat(statusOf(run.job())).isEqualTo(JobStatus.RUNNING);
        assertThat(scores.kept).doesNotContainKey(run.job() + "/0");
        assertThat(runs.progress(run, heir.fence(), progress(0.25))).isTrue();
        assertThat(only(run).fraction()).isEqualTo(0.25);
        assertThat(only(run).worker()).isEqualTo("heir");
    }

    @Test
    void keepsOneResultOfManyWorkersThatFinishTheSameRunAtOnce() throws Exception {
        RunKey run = new RunKey(submit(1), 0);
        List<Claim> claims = new ArrayList<>();
        for (int attempt = 0; attempt < 3; attempt++) {
            claims.add(claim(run, "worker-" + attempt).orElseThrow());
        }
        Execution execution = picked(run);
        List<Boolean> kept = atOnce(claims.stream()
                .<Callable<Boolean>>map(claim -> () -> ledger.complete(claim, result(), execution))
                .toList());
        assertThat(kept).containsExactly(false, false, true);
        assertThat(scores.kept).containsKey(run.job() + "/0");
        assertThat(only(run).status()).isEqualTo(Run.Status.SUCCEEDED);
    }

    @Test
    void answersYesAgainToAWorkerWhoseCommitWentThroughUnheard() {
        RunKey run = new RunKey(submit(1), 0);
        Claim claim = claim(run, "a").orElseThrow();
        assertThat(ledger.complete(claim, result(), picked(run))).isTrue();
        assertThat(ledger.complete(claim, result(), execution(run, 1))).isTrue();
    }

    @Test
    void asksForTheFinishOnceHoweverManyRunsEndTogether() throws Exception {
        UUID job = submit(8);
        List<Callable<Boolean>> ends = new ArrayList<>();
        for (int k = 0; k < 8; k++) {
            RunKey run = new RunKey(job, k);
            Claim claim = claim(run, "worker-" + k).orElseThrow();
            Execution execution = picked(run);
            ends.add(() -> ledger.complete(claim, result(), execution));
        }
        assertThat(atOnce(ends)).containsOnly(true);
        assertThat(tasksOf(job)).containsExactly(job.toString());
    }

    @Test
    void removesTheTaskInTheSameTransactionAsTheResult() {
        RunKey run = new RunKey(submit(2), 0);
        Claim claim = claim(run, "a").orElseThrow();
        Execution execution = picked(run);
        scores.failure = new IllegalStateException("no room");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> ledger.complete(claim, result(), execution));
        assertThat(only(run).status()).isEqualTo(Run.Status.RUNNING);
        assertThat(tasksOf(run.job())).contains(run.job() + "/0");
        scores.failure = null;
        assertThat(ledger.complete(claim, result(), execution)).isTrue();
        assertThat(tasksOf(run.job())).containsExactly(run.job() + "/1");
    }

    @Test
    void computesNothingForARunThatIsDoneAlready() {
        RunKey run = new RunKey(submit(2), 0);
        Claim claim = claim(run, "a").orElseThrow();
        ledger.complete(claim, result(), execution(run, 99));
        assertThat(tasksOf(run.job())).as("the task of another version stays").contains(run.job() + "/0");
        assertThat(claim(run, "b")).isEmpty();
        assertThat(only(run).attempts()).isEqualTo(1);
        assertThat(tasksOf(run.job())).containsExactly(run.job() + "/1");
    }

    @Test
    void countsNoAttemptOfAProcessThatWentDownInGoodOrder() {
        RunKey run = new RunKey(submit(1), 0);
        for (int times = 0; times < 5; times++) {
            assertThat(ledger.release(claim(run, "a").orElseThrow())).isTrue();
        }
        assertThat(only(run).attempts()).isZero();
        assertThat(only(run).status()).isEqualTo(Run.Status.QUEUED);
        assertThat(only(run).fence()).isEqualTo(10);
    }

    @Test
    void waitsLongerAfterEachFailureAndGivesUpAfterTheThird() {
        RunKey run = new RunKey(submit(2), 0);
        JobError error = new JobError("Run failed", "run 0 failed");
        List<Optional<Duration>> delays = new ArrayList<>();
        for (int times = 0; times < 3; times++) {
            delays.add(ledger.retry(claim(run, "a").orElseThrow(), error, picked(run)));
        }
        assertThat(delays)
                .containsExactly(
                        Optional.of(Duration.ofSeconds(5)), Optional.of(Duration.ofSeconds(10)), Optional.empty());
        assertThat(scoring.require(run.job()).error()).isEqualTo(error);
        assertThat(run(run.job(), 1).status()).as("the other runs are dropped").isEqualTo(Run.Status.DROPPED);
        assertThat(tasksOf(run.job())).isEmpty();
    }

    @Test
    void quarantinesARunThatKeepsKillingItsWorker() {
        RunKey run = new RunKey(submit(2), 0);
        double before = registry.get("winnow.run.quarantines").counter().count();
        for (int times = 0; times < 3; times++) {
            assertThat(registry.get("winnow.run.quarantines").counter().count()).isEqualTo(before);
            assertThat(claim(run, "victim-" + times)).isPresent();
            Execution dead = dead(run);
            ledger.bury(run, dead, DEAD);
            assertThat(statusOf(run.job())).isEqualTo(JobStatus.RUNNING);
        }
        assertThat(claim(run, "late")).isEmpty();
        assertThat(registry.get("winnow.run.quarantines").counter().count()).isEqualTo(before + 1);
        assertThat(statusOf(run.job())).isEqualTo(JobStatus.FAILED);
        assertThat(scoring.require(run.job()).error().title()).contains("quarantined");
        assertThat(scoring.require(run.job()).error().detail()).contains("run 0", "victim-2", "3 times");
        assertThat(only(run).attempts()).isEqualTo(3);
        assertThat(tasksOf(run.job())).isEmpty();
    }

    /** As after an outage of the database, for which all workers seem dead: this one is back, and was not at fault. */
    @Test
    void takesARunBackInItsLastAttemptFromAWorkerThatOnlySeemedDead() {
        RunKey run = new RunKey(submit(1), 0);
        claim(run, "died");
        claim(run, "died too");
        Claim last = claim(run, "cut off").orElseThrow();
        ledger.bury(run, dead(run), DEAD);
        assertThat(ledger.release(last)).isTrue();
        assertThat(claim(run, "next").orElseThrow().attempt()).isEqualTo(3);
        assertThat(statusOf(run.job())).isEqualTo(JobStatus.RUNNING);
    }

    /** Who is told to go has seconds; the results of a large run take longer to store. */
    @Test
    void takesARunBackWhileAnotherOfItsJobIsBeingStored() {
        UUID job = submit(2);
        Claim storing = claim(new RunKey(job, 0), "a").orElseThrow();
        Claim leaving = claim(new RunKey(job, 1), "b").orElseThrow();
        Boolean taken = new TransactionTemplate(transactions).execute(status -> {
            ledger.complete(storing, result(), execution(storing.run(), 1));
            try {
                return threads.submit(() -> ledger.release(leaving)).get(20, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError("it waits for the other run", e);
            }
        });
        assertThat(taken).isTrue();
        assertThat(run(job, 1).attempts()).isZero();
    }

    /** As a job for a GPU whose only machine did not survive it: nobody is left who claims it. */
    @Test
    void quarantinesWhatIsSpentAlsoWhereNobodyIsLeftWhoCouldDoIt() {
        RunKey run = new RunKey(submit(2), 0);
        assertThat(ledger.giveUp(run, picked(run), DEAD))
                .as("before it was begun")
                .isFalse();
        for (int times = 0; times < 3; times++) {
            claim(run, "victim");
            assertThat(ledger.giveUp(run, picked(run), DEAD))
                    .as("while its worker lives")
                    .isFalse();
        }
        silence(run);
        assertThat(ledger.giveUp(run, picked(run), DEAD)).isTrue();
        assertThat(scoring.require(run.job()).error().title()).contains("quarantined");
        assertThat(tasksOf(run.job())).isEmpty();
        RunKey cancelled = new RunKey(submit(1), 0);
        Execution circling = picked(cancelled);
        scoring.cancel(cancelled.job());
        assertThat(tasksOf(cancelled.job())).hasSize(1);
        assertThat(ledger.giveUp(cancelled, circling, DEAD)).as("after its end").isTrue();
        assertThat(tasksOf(cancelled.job())).isEmpty();
    }

    @Test
    void quarantinesAtTheClaimWhatNoHandlerSaw() {
        RunKey run = new RunKey(submit(1), 0);
        for (int times = 0; times < 3; times++) {
            claim(run, "victim");
        }
        silence(run);
        assertThat(claim(run, "late")).isEmpty();
        assertThat(statusOf(run.job())).isEqualTo(JobStatus.FAILED);
    }

    @Test
    void leavesARunAloneInItsLastAttemptWhileItsWorkerLives() {
        RunKey run = new RunKey(submit(1), 0);
        for (int times = 0; times < 3; times++) {
            claim(run, "busy");
        }
        assertThat(claim(run, "doubled")).isEmpty();
        assertThat(statusOf(run.job())).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void givesAWorkerItsLastClaimAgainThatWasCommittedUnheard() {
        RunKey run = new RunKey(submit(1), 0);
        for (int times = 0; times < 3; times++) {
            claim(run, "busy");
        }
        Claim again = claim(run, "busy").orElseThrow();
        assertThat(again.attempt()).isEqualTo(3);
        assertThat(ledger.complete(again, result(), execution(run, 1))).isTrue();
    }

    @Test
    void revivesADeadExecutionAfterAWait() {
        RunKey run = new RunKey(submit(1), 0);
        claim(run, "victim");
        ledger.bury(run, dead(run), DEAD);
        Map<String, Object> task = task(run);
        assertThat(task.get("picked")).isEqualTo(false);
        assertThat(task.get("waits")).isEqualTo(true);
        assertThat(claim(run, "heir")).get().extracting(Claim::attempt).isEqualTo(2);
    }

    @Test
    void waitsNoLongerAfterALaterDeathOfARunThanAfterItsFirst() {
        RunKey run = new RunKey(submit(1), 0);
        for (int death = 1; death <= 2; death++) {
            claim(run, "victim");
            ledger.bury(run, dead(run), DEAD);
            assertThat(jdbc.sql("""
                            SELECT extract(epoch FROM execution_time - now())::float8 FROM scheduled_tasks
                             WHERE task_instance = :id
                            """)
                            .param("id", run.job() + "/0")
                            .query(Double.class)
                            .single())
                    .as("death %d", death)
                    .isBetween(0.0, 5.0);
        }
    }

    @Test
    void revivesNothingWhoseOwnerWokeAndBeatAfterItWasFoundDead() {
        RunKey run = new RunKey(submit(1), 0);
        claim(run, "sleeper");
        Execution found = dead(run);
        jdbc.sql("UPDATE scheduled_tasks SET last_heartbeat = now() WHERE task_instance = :id AND version = :version")
                .param("id", run.job() + "/0")
                .param("version", found.version)
                .update();
        ledger.bury(run, found, DEAD);
        assertThat(task(run).get("picked")).isEqualTo(true);
        assertThat(task(run).get("version")).isEqualTo(found.version);
    }

    @Test
    void revivesNothingWhoseRunBeatsByTheDatabasesClockThoughItsOwnClockIsBehind() {
        RunKey run = new RunKey(submit(1), 0);
        Claim claim = claim(run, "behind").orElseThrow();
        Execution found = dead(run);
        assertThat(runs.progress(run, claim.fence(), null)).isTrue();
        ledger.bury(run, found, DEAD);
        assertThat(task(run).get("picked")).isEqualTo(true);
    }

    @Test
    void revivesADeadOwnerWhoseClockWasFarAhead() {
        RunKey run = new RunKey(submit(1), 0);
        claim(run, "ahead");
        Execution found = dead(run);
        jdbc.sql("UPDATE scheduled_tasks SET last_heartbeat = now() + interval '1 hour' WHERE task_instance = :id")
                .param("id", run.job() + "/0")
                .update();
        ledger.bury(run, found, DEAD);
        assertThat(task(run).get("picked")).isEqualTo(false);
    }

    @Test
    void endsOnceWhenCancelAndTheLastRunRace() throws Exception {
        for (int times = 0; times < 60; times++) {
            UUID job = submit(1);
            RunKey run = new RunKey(job, 0);
            Claim claim = claim(run, "a").orElseThrow();
            Execution execution = picked(run);
            List<Boolean> outcome = atOnce(List.of(() -> ledger.complete(claim, result(), execution), () -> {
                scoring.cancel(job);
                return true;
            }));
            assertThat(outcome.get(1)).isTrue();
            assertThat(statusOf(job)).isEqualTo(JobStatus.CANCELLED);
            assertThat(only(run).status()).isEqualTo(outcome.get(0) ? Run.Status.SUCCEEDED : Run.Status.DROPPED);
            assertThat(tasksOf(job)).isSubsetOf(job + "/0");
        }
    }

    @Test
    void letsNoStatementLeaveAnEnd() {
        UUID job = submit(1);
        scoring.cancel(job);
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> jdbc.sql("UPDATE job SET status = 'RUNNING', finished_at = NULL WHERE id = :id")
                        .param("id", job)
                        .update());
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> jdbc.sql("UPDATE run SET status = 'QUEUED' WHERE job_id = :id")
                        .param("id", job)
                        .update());
    }

    @Test
    void publishesOnceAndDoesNothingTheSecondTime() {
        UUID job = submit(2);
        for (int k = 0; k < 2; k++) {
            RunKey run = new RunKey(job, k);
            ledger.complete(claim(run, "a").orElseThrow(), result(), picked(run));
        }
        Execution finish = new Execution(
                Instant.now(), JobTasks.FINISH.instance(job.toString()).build());
        finisher.finish(job, finish, StopSignal.NEVER);
        List<ScoreSetRef> sets = scoring.require(job).scoreSets();
        finisher.finish(job, finish, StopSignal.NEVER);
        assertThat(sets).hasSize(1);
        assertThat(scoring.require(job).scoreSets()).isEqualTo(sets);
    }

    @Test
    void failsAJobWhoseScoresCannotBePublished() {
        UUID job = submit(1);
        RunKey run = new RunKey(job, 0);
        ledger.complete(claim(run, "a").orElseThrow(), result(), picked(run));
        Execution finish = new Execution(
                Instant.now(), JobTasks.FINISH.instance(job.toString()).build());
        assertThat(finisher.retry(job, finisher.beginAttempt(job), finish)).isPresent();
        assertThat(finisher.retry(job, finisher.beginAttempt(job), finish)).isPresent();
        assertThat(finisher.retry(job, finisher.beginAttempt(job), finish)).isEmpty();
        assertThat(scoring.require(job).error().title()).contains("not published");
    }

    @Test
    void findsWorkThatHasNoTaskAndMakesOne() {
        UUID waiting = submit(2);
        UUID done = submit(1);
        RunKey run = new RunKey(done, 0);
        ledger.complete(claim(run, "a").orElseThrow(), result(), picked(run));
        UUID cancelled = submit(1);
        scoring.cancel(cancelled);
        jdbc.sql("DELETE FROM scheduled_tasks").update();
        sweep.sweep();
        sweep.sweep();
        assertThat(tasksOf(waiting)).containsExactly(waiting + "/0", waiting + "/1");
        assertThat(tasksOf(done)).containsExactly(done.toString());
        assertThat(tasksOf(cancelled)).isEmpty();
    }

    private UUID submit(int runCount) {
        return scoring.submit("""
                {"dataset": "tiny", "model": "small", "methods": ["scripted"], "runs": %d}
                """.formatted(runCount).getBytes(), null, null);
    }

    private Optional<Claim> claim(RunKey run, String worker) {
        return ledger.claim(run, worker, execution(run, 1), DEAD);
    }

    /** The run's execution as a worker sees it that has picked it. */
    private Execution picked(RunKey run) {
        jdbc.sql("UPDATE scheduled_tasks SET picked = true, last_heartbeat = now() WHERE task_instance = :id")
                .param("id", run.job() + "/" + run.number())
                .update();
        return execution(run, version(run));
    }

    /** The run's execution as another process sees it that finds its worker silent. */
    private Execution dead(RunKey run) {
        jdbc.sql("""
                        UPDATE scheduled_tasks SET picked = true, last_heartbeat = now() - interval '1 hour'
                         WHERE task_instance = :id
                        """).param("id", run.job() + "/" + run.number()).update();
        silence(run);
        return execution(run, version(run));
    }

    private void silence(RunKey run) {
        jdbc.sql("UPDATE run SET heartbeat_at = now() - interval '1 hour' WHERE job_id = :job AND number = :number")
                .param("job", run.job())
                .param("number", run.number())
                .update();
    }

    private long version(RunKey run) {
        return jdbc.sql("SELECT version FROM scheduled_tasks WHERE task_instance = :id")
                .param("id", run.job() + "/" + run.number())
                .query(Long.class)
                .optional()
                .orElse(1L);
    }

    private static Execution execution(RunKey run, long version) {
        TaskInstance<TaskData> instance =
                JobTasks.RUN.instance(run.job() + "/" + run.number()).build();
        return new Execution(Instant.now(), instance, true, "x", null, null, 0, null, version);
    }

    private Map<String, Object> task(RunKey run) {
        return jdbc.sql("""
                        SELECT picked, version, execution_time > now() AS waits FROM scheduled_tasks WHERE task_instance = :id
                        """).param("id", run.job() + "/" + run.number()).query().singleRow();
    }

    private List<String> tasksOf(UUID job) {
        return jdbc.sql("SELECT task_instance FROM scheduled_tasks WHERE task_instance LIKE :job ORDER BY 1")
                .param("job", job + "%")
                .query(String.class)
                .list();
    }

    private JobStatus statusOf(UUID job) {
        return jobs.findById(job).orElseThrow().status();
    }

    private Run only(RunKey run) {
        return run(run.job(), run.number());
    }

    private Run run(UUID job, int number) {
        return runs.ofJobs(List.of(job)).get(number);
    }

    private static RunProgress progress(double fraction) {
        return new RunProgress(Phase.TRAIN, 1, fraction, 100);
    }

    private RunOutcome result() {
        float[] values = new float[JobBench.SAMPLES];
        int[] labels = new int[JobBench.SAMPLES];
        return new ScoringKind.Outcome(
                new RunScores(
                        List.of(new MethodScores("scripted", 10, values, Map.of())),
                        labels,
                        3,
                        labels,
                        List.of(),
                        1,
                        1),
                scores);
    }

    private <T> List<T> atOnce(List<Callable<T>> work) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(work.size());
        List<Future<T>> futures = new ArrayList<>();
        for (Callable<T> one : work) {
            futures.add(threads.submit(() -> {
                barrier.await();
                return one.call();
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }
}
