package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.winnow.job.WorkerRegistry.State;
import io.winnow.job.WorkerRegistry.WorkerView;
import io.winnow.platform.ConflictException;
import io.winnow.platform.TooManyRequestsException;
import io.winnow.scoring.PassCosts;
import io.winnow.scoring.PassTimer.Timing;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What waits, how much of it may, who goes first, and who is there to work on it; nobody works in this process. */
@SpringBootTest(
        properties = {
            "winnow.role=api",
            "winnow.jobs.most-queued=5",
            "winnow.jobs.most-queued-per-caller=2",
            "winnow.most-stored.jobs=6"
        })
@Import({TestDatabase.class, JobBench.class})
class JobQueueTests {

    @Autowired
    ScoringJobs scoring;

    @Autowired
    JobTasks tasks;

    @Autowired
    WorkerRegistry workers;

    @Autowired
    Measurements measurements;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    DataSource database;

    @BeforeEach
    void emptyTheQueue() {
        jdbc.sql("DELETE FROM scheduled_tasks").update();
        jdbc.sql("DELETE FROM job").update();
        jdbc.sql("DELETE FROM worker").update();
    }

    @Test
    void takesNoMoreJobsThanMayWaitHoweverManyComeAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(12);
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            calls.add(() -> {
                try {
                    submit(null, null, 0);
                    return true;
                } catch (TooManyRequestsException e) {
                    assertThat(e).hasMessageContaining("5 jobs are waiting");
                    assertThat(e.retryAfter()).isPositive();
                    return false;
                }
            });
        }
        int taken = 0;
        for (Future<Boolean> call : threads.invokeAll(calls)) {
            taken += call.get() ? 1 : 0;
        }
        threads.shutdown();
        assertThat(taken).isEqualTo(5);
        assertThat(waiting()).isEqualTo(5);
    }

    @Test
    void hasRoomAgainWhenAJobIsCancelled() {
        UUID first = submit("a", null, 0);
        submit("a", null, 0);
        assertThatExceptionOfType(TooManyRequestsException.class)
                .isThrownBy(() -> submit("a", null, 0))
                .withMessageContaining("2 of your jobs");
        submit("b", null, 0);
        scoring.cancel(first);
        submit("a", null, 0);
        assertThat(waiting()).isEqualTo(3);
    }

    @Test
    void keepsAsManyJobsAsMayBeAlsoOfThoseThatHaveEnded() {
        UUID keyed = submit("a", "key-0", 0);
        scoring.cancel(keyed);
        for (int i = 0; i < 5; i++) {
            scoring.cancel(submit("a", null, 0));
        }
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> submit("a", null, 0))
                .withMessageContaining("there are 6 jobs")
                .withMessageContaining("delete some that have ended");
        assertThat(submit("a", "key-0", 0)).as("its job is there already").isEqualTo(keyed);
        scoring.delete(keyed);
        submit("a", null, 0);
    }

    @Test
    void answersARepeatedKeyWithItsJobThoughTheQueueIsFull() {
        submit("a", null, 0);
        UUID keyed = submit("a", "key-1", 0);
        assertThat(submit("a", "key-1", 0)).isEqualTo(keyed);
    }

    @Test
    void keepsTheKeysOfTwoCallersApart() {
        UUID ofA = submit("a", "key-2", 0);
        UUID ofB = submit("b", "key-2", 0);
        UUID ofNobody = submit(null, "key-2", 0);
        assertThat(List.of(ofA, ofB, ofNobody)).doesNotHaveDuplicates();
        assertThat(submit("b", "key-2", 0)).isEqualTo(ofB);
        assertThat(submit(null, "key-2", 0)).isEqualTo(ofNobody);
    }

    @Test
    void raisesAWaitingRunByAPointForEachStepThatItsJobWaited() {
        UUID patient = submit(null, null, -3);
        UUID fresh = submit(null, null, 1);
        jdbc.sql("UPDATE job SET created_at = created_at - interval '9 minutes 30 seconds' WHERE id = :id")
                .param("id", patient)
                .update();
        assertThat(tasks.age(Duration.ofMinutes(2))).isEqualTo(1);
        assertThat(priorities()).isEqualTo(Map.of(patient + "/0", 1, fresh + "/0", 1));
        jdbc.sql("UPDATE job SET created_at = created_at - interval '2 minutes' WHERE id = :id")
                .param("id", patient)
                .update();
        tasks.age(Duration.ofMinutes(2));
        assertThat(priorities()).as("in time it goes first").containsEntry(patient + "/0", 2);
        jdbc.sql("UPDATE job SET created_at = created_at - interval '10 years'").update();
        tasks.age(Duration.ofMinutes(1));
        assertThat(priorities().values())
                .as("a publication goes before any run")
                .allMatch(p -> p < Short.MAX_VALUE);
    }

    @Test
    void leavesTheTaskOfARunAtWorkAloneWhenItRaisesOthers() {
        UUID job = submit(null, null, 0);
        jdbc.sql("UPDATE scheduled_tasks SET picked = true").update();
        jdbc.sql("UPDATE job SET created_at = created_at - interval '1 hour'").update();
        assertThat(tasks.age(Duration.ofMinutes(1))).isZero();
        assertThat(priorities()).containsEntry(job + "/0", 0);
    }

    /**
     * A database that last saw the queue empty asks a limited query anew for each row that may be one of its rows, and is answered
     * with another row each time: an update of what that query finds would take all there is.
     */
    @Test
    void handsOneThreadOneTaskThoughTheDatabaseLastSawTheQueueEmpty() {
        submit(null, null, 0);
        emptyTheQueue();
        jdbc.sql("VACUUM (ANALYZE, TRUNCATE OFF) scheduled_tasks").update();
        UUID job = scoring.submit("""
                {"dataset": "tiny", "model": "small", "methods": ["scripted"], "runs": 5}
                """.getBytes(), null, null);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> seen = new CompletableFuture<>();
        Scheduler scheduler = Scheduler.create(
                        database, Tasks.custom(JobTasks.RUN).execute((instance, context) -> {
                            begun.complete(null);
                            seen.join();
                            return (completed, operations) -> {};
                        }))
                .serializer(TaskQueue.serializer())
                .jdbcCustomization(TaskQueue.dialect())
                .enablePriority()
                .threads(1)
                .pollUsingLockAndFetch(0.5, 1.0)
                .build();
        scheduler.start();
        try {
            begun.orTimeout(1, TimeUnit.MINUTES).join();
            assertThat(jdbc.sql("SELECT task_instance FROM scheduled_tasks WHERE picked")
                            .query(String.class)
                            .list())
                    .containsExactly(job + "/0");
        } finally {
            seen.complete(null);
            scheduler.stop();
        }
    }

    @Test
    void listsWorkersWithWhatTheyDo() {
        UUID job = submit(null, null, 0);
        worker("w-idle", "now()", false);
        worker("w-busy", "now()", false);
        worker("w-going", "now()", true);
        worker("w-dead", "now() - interval '61 seconds'", false);
        jdbc.sql("UPDATE run SET status = 'RUNNING', worker = 'w-busy', claimed_at = now()")
                .update();
        Map<String, WorkerView> byId =
                workers.workers().stream().collect(Collectors.toMap(WorkerView::id, view -> view));
        assertThat(byId.get("w-idle").state()).isEqualTo(State.IDLE);
        assertThat(byId.get("w-idle").run()).isNull();
        assertThat(byId.get("w-idle").devices()).containsExactly("cpu");
        assertThat(byId.get("w-idle").role()).isEqualTo("worker");
        assertThat(byId.get("w-busy").state()).isEqualTo(State.WORKING);
        assertThat(byId.get("w-busy").run()).isEqualTo(new WorkerRegistry.CurrentRun(job, 0));
        assertThat(byId.get("w-going").state()).isEqualTo(State.DRAINING);
        assertThat(byId.get("w-dead").state()).isEqualTo(State.SILENT);
        assertThat(workers.devices())
                .extracting(WorkerRegistry.Device::worker)
                .containsExactlyInAnyOrder("w-idle", "w-busy", "w-going");
    }

    @Test
    void listsAWorkerThatComputesAShardOfAnothersRunAsWorkingOnThat() {
        UUID job = submit(null, null, 0);
        worker("w-runs", "now()", false);
        worker("w-helps", "now()", false);
        jdbc.sql("UPDATE run SET status = 'RUNNING', worker = 'w-runs', claimed_at = now()")
                .update();
        jdbc.sql("""
                        INSERT INTO shard_pass (job_id, run, pass, kind, part, state, digest, device)
                        VALUES (:job, 0, 'epoch-1-logits', 'LOGITS', 0, 'state', '1', 'cpu')
                        """).param("job", job).update();
        jdbc.sql("""
                        INSERT INTO shard (job_id, run, pass, number, first_sample, end_sample, status, worker)
                        VALUES (:job, 0, 'epoch-1-logits', 0, 0, 8, 'RUNNING', 'w-helps')
                        """).param("job", job).update();
        assertThat(workers.workers()).extracting(WorkerView::state).containsOnly(State.WORKING);
        assertThat(workers.workers()).extracting(WorkerView::run).containsOnly(new WorkerRegistry.CurrentRun(job, 0));
    }

    private void worker(String id, String seen, boolean draining) {
        jdbc.sql("""
                        INSERT INTO worker (id, role, version, draining, devices, started_at, heartbeat_at)
                        VALUES (:id, 'WORKER', '1', :draining,
                                '[{"name": "cpu", "description": "a processor", "memoryBytes": 1}]', now(), %s)
                        """.formatted(seen))
                .param("id", id)
                .param("draining", draining)
                .update();
    }

    @Test
    void keepsWhatIsToBeTimedOrWasTimedOfTheNewestNetworksOnly() {
        jdbc.sql("DELETE FROM measurement").update();
        for (int batchSize = 1; batchSize <= 7; batchSize++) {
            measurements.want(
                    new Measurements.Wanted(
                            new SurrogateSpec("mlp", Map.of(), new SampleShape(1, 8, 8), 4), "cpu", batchSize, 0),
                    5);
        }
        assertThat(jdbc.sql("SELECT (wanted ->> 'batchSize')::int FROM measurement ORDER BY requested_at")
                        .query(Integer.class)
                        .list())
                .containsExactly(3, 4, 5, 6, 7);
        jdbc.sql("DELETE FROM measurement").update();
    }

    @Test
    void triesNoLongerToTimeWhatItsWorkersDiedOfAndSaysSo() {
        jdbc.sql("DELETE FROM measurement").update();
        Measurements.Wanted wanted =
                new Measurements.Wanted(new SurrogateSpec("mlp", Map.of(), new SampleShape(1, 8, 8), 4), "cpu", 8, 0);
        measurements.want(wanted);
        // Who goes in good order gives it back, and who lives may only wait.
        assertThat(measurements.claim(List.of("cpu"), "goes")).isPresent();
        measurements.giveBack("goes");
        worker("waits", "now()", false);
        for (String worker : List.of("waits", "dies-1", "dies-2", "dies-3")) {
            assertThat(measurements.claim(List.of("cpu"), worker)).isPresent();
            assertThat(measurements.claim(List.of("cpu"), "other"))
                    .as("as far as is known it is being timed")
                    .isEmpty();
            jdbc.sql("UPDATE measurement SET claimed_at = claimed_at - interval '11 minutes'")
                    .update();
        }
        for (int time = 0; time < 2; time++) {
            assertThat(measurements.claim(List.of("cpu"), "other")).isEmpty();
            assertThat(measurements.failure(wanted)).hasValue("3 workers died as they timed this network");
            measurements.want(wanted);
        }
        jdbc.sql(
                        "UPDATE measurement SET failure = 'as before', measured_at = now() - interval '25 hours', worker = 'x'")
                .update();
        measurements.want(wanted);
        assertThat(measurements.claim(List.of("cpu"), "other")).isPresent();
        jdbc.sql("DELETE FROM measurement").update();
        jdbc.sql("DELETE FROM worker WHERE id = 'waits'").update();
    }

    /** Who took it first was only slow: the other's try, which failed, comes to its end later. */
    @Test
    void keepsWhatOneWorkerTimedThoughAnotherFailsAtItAfterwards() {
        jdbc.sql("DELETE FROM measurement").update();
        Measurements.Wanted wanted =
                new Measurements.Wanted(new SurrogateSpec("mlp", Map.of(), new SampleShape(1, 8, 8), 4), "cpu", 9, 0);
        measurements.want(wanted);
        Measurements.Claimed claimed =
                measurements.claim(List.of("cpu"), "both").orElseThrow();
        measurements.keep(claimed, null, "no memory", "other");
        assertThat(measurements.failure(wanted)).hasValue("no memory");
        measurements.keep(claimed, new Timing(PassCosts.IN_FORWARD_PASSES, 1, "cpu", null), null, "one");
        measurements.keep(claimed, null, "no memory", "other");
        assertThat(measurements.failure(wanted)).isEmpty();
        assertThat(measurements.find(wanted)).isPresent();
        jdbc.sql("DELETE FROM measurement").update();
    }

    private UUID submit(String caller, String key, int priority) {
        return scoring.submit("""
                {"dataset": "tiny", "model": "small", "methods": ["scripted"], "runs": 1, "priority": %d}
                """.formatted(priority).getBytes(), key, caller);
    }

    private long waiting() {
        return jdbc.sql("SELECT count(*) FROM job WHERE status = 'QUEUED'")
                .query(Long.class)
                .single();
    }

    private Map<String, Integer> priorities() {
        return jdbc
                .sql("SELECT task_instance, priority FROM scheduled_tasks")
                .query((row, i) -> Map.entry(row.getString(1), row.getInt(2)))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
