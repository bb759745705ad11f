package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.faults.DatabaseProxy.Mode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A database that is away, restarted, full or unreachable, and connections that die with and without a word. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkTests {

    private static final String REQUEST = Cluster.request(2, 6, 1);

    private Cluster cluster;
    private DatabaseProxy ofApi;
    private DatabaseProxy ofWorker;
    private Options near;
    private WinnowProcess far;

    @BeforeAll
    void start() {
        cluster = new Cluster("network");
        ofApi = new DatabaseProxy(cluster.postgres().port());
        ofWorker = new DatabaseProxy(cluster.postgres().port());
        near = Options.none().faults("fault.slow=30");
        cluster.startApi(Options.none().through(ofApi));
        far = cluster.startWorker(near.through(ofWorker));
        cluster.undisturbed(REQUEST);
    }

    @AfterEach
    void heal() {
        ofApi.become(Mode.PASS);
        ofWorker.become(Mode.PASS);
    }

    @AfterAll
    void stop() {
        cluster.close();
        ofApi.close();
        ofWorker.close();
    }

    @Test
    void goesOnOverTwentyImmediateRestartsOfTheDatabaseAndOneThatTellsEverybody() {
        String request = Cluster.request(2, 80, 1);
        cluster.undisturbed(request);
        String job = cluster.submit(request);
        for (int restart = 0; restart < Cluster.count("restarts", 20); restart++) {
            cluster.postgres().stopImmediately();
            cluster.postgres().start();
            LockSupport.parkNanos(1_000_000_000);
        }
        cluster.postgres().stopFast();
        cluster.postgres().start();
        assertThat(cluster.text("SELECT status FROM job WHERE id = '" + job + "'"))
                .as("it was at work all the while")
                .isEqualTo("RUNNING");
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.attempts(job))
                .as("training goes on meanwhile; at most a claim was lost")
                .isBetween(2, 3);
    }

    @Test
    void keepsTheResultsOfARunThatEndsWhileTheDatabaseIsAway() {
        String job = cluster.submit(REQUEST);
        // Of two seconds' work, of which it tells once a second: at the first word about half is left.
        cluster.awaitProgress(job, 0.1);
        int before = told(far);
        // At once: on a busy machine the run has ended before a server has.
        ofWorker.become(Mode.CUT);
        cluster.postgres().stopImmediately();
        try {
            await("a run that ends meanwhile").atMost(Duration.ofSeconds(20)).until(() -> told(far) > before);
        } finally {
            cluster.postgres().start();
            ofWorker.become(Mode.PASS);
        }
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(cluster.attempts(job)).as("nothing was computed twice").isEqualTo(2);
    }

    /** Its results are lost, and what they took is done again: from its last checkpoint, and at nobody's expense. */
    @Test
    void spendsNoAttemptOfARunThatEndsWhileTheDatabaseIsAwayForLongerThanAClaimHolds() {
        far.kill();
        // So long that the run has ended before its worker gives it up for the outage.
        WinnowProcess patient =
                cluster.startWorker(near.through(ofWorker).with("--db-scheduler.missed-heartbeats-limit=12"));
        String job = cluster.submit(REQUEST);
        cluster.awaitProgress(job, 0.1);
        ofWorker.become(Mode.CUT);
        await("the end of its patience").atMost(Duration.ofSeconds(120)).until(() -> leftBy(patient) > 1);
        ofWorker.become(Mode.PASS);
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(cluster.attempts(job)).isEqualTo(2);
        assertThat(patient.log()).contains("could not be ended, the database is away");
        patient.kill();
        far = cluster.startWorker(near.through(ofWorker));
    }

    /** How often a worker has said that it tries again, as it does with what a run found. */
    private static int told(WinnowProcess worker) {
        return worker.log().split("what was asked of it is tried again", -1).length;
    }

    /** In the middle of every third write to a run, and of whatever else it hits: a sequence counts what is rolled back, too. */
    @Test
    void goesOnWhenItsConnectionsAreTerminatedOneAfterTheOther() {
        cluster.execute("""
                CREATE SEQUENCE writes;
                CREATE FUNCTION terminate() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF nextval('writes') % 3 = 0 THEN
                        PERFORM pg_terminate_backend(pg_backend_pid());
                    END IF;
                    RETURN new;
                END $$;
                CREATE TRIGGER terminated BEFORE UPDATE ON run FOR EACH ROW EXECUTE FUNCTION terminate()""");
        try {
            String job = cluster.submit(REQUEST);
            for (int i = 0; i < 30; i++) {
                cluster.execute("""
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                         WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY random() LIMIT 1""");
                LockSupport.parkNanos(150_000_000);
            }
            cluster.assertUndisturbed(job, REQUEST);
            assertThat(cluster.number("SELECT last_value FROM writes")).isGreaterThanOrEqualTo(9);
        } finally {
            cluster.execute("DROP TRIGGER terminated ON run; DROP FUNCTION terminate; DROP SEQUENCE writes");
        }
    }

    /** Who asked cannot know whether the commit was done: it was. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the claim of a run   | attempts = attempts + 1, status = 'running'",
                "the results of a run | set status = 'succeeded', fraction = 1",
                "the end of the job   | insert into score_set",
            })
    void keepsOnceWhatWasCommittedThoughTheAnswerIsLost(String what, String statement) {
        cluster.execute("""
                CREATE TABLE IF NOT EXISTS run_history (job_id uuid, number int, status text, attempts int);
                CREATE OR REPLACE FUNCTION write_run_history() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO run_history VALUES (new.job_id, new.number, new.status, new.attempts);
                    RETURN new;
                END $$;
                CREATE OR REPLACE TRIGGER run_history AFTER UPDATE OF status ON run
                    FOR EACH ROW EXECUTE FUNCTION write_run_history()""");
        int said = far.log().length();
        ofWorker.loseAnswerToCommitOf(statement);
        String job = cluster.submit(REQUEST);
        JsonNode ended = cluster.awaitEnd(job);
        assertThat(ofWorker.lostAnswers()).as("answers lost to " + what).isEqualTo(1);
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(cluster.number(
                        "SELECT count(*) FROM run_history WHERE status = 'SUCCEEDED' AND job_id = '" + job + "'"))
                .as("ends of its two runs")
                .isEqualTo(2);
        assertThat(ended.get("runResults")).hasSize(2);
        // A claim that nobody knows of is given up with its worker's next look, and counts; what is done is done.
        assertThat(cluster.attempts(job)).isEqualTo(what.startsWith("the claim") ? 3 : 2);
        assertThat(far.log().substring(said))
                .as("its own results are not taken for another's")
                .doesNotContain("was fenced")
                .contains("is done", "succeeded");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> new Invariants(cluster.postgres()).orphanTasks().isEmpty());
    }

    /** Nor does anybody else, not even where its task comes back, before all others: it is thrown away. */
    @Test
    void computesNothingAgainOfARunWhoseWorkerDiesAsSoonAsItsResultsAreKept() {
        ofWorker.loseAnswerToCommitOf("set status = 'succeeded', fraction = 1");
        String job = cluster.submit(REQUEST);
        cluster.execute(("DROP TABLE IF EXISTS former_task;"
                        + " CREATE TABLE former_task AS SELECT * FROM scheduled_tasks WHERE task_instance LIKE '%s/%%'")
                .formatted(job));
        await().atMost(Cluster.PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> ofWorker.lostAnswers() == 1);
        far.kill();
        cluster.execute("""
                UPDATE former_task SET picked = false, picked_by = NULL, last_heartbeat = NULL, priority = 100,
                                       execution_time = now() - interval '1 minute';
                INSERT INTO scheduled_tasks SELECT t.* FROM former_task t JOIN run r ON t.task_instance = r.job_id || '/' || r.number
                 WHERE r.status = 'SUCCEEDED'""");
        far = cluster.startWorker(near.through(ofWorker));
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(cluster.attempts(job)).as("one of each run").isEqualTo(2);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> new Invariants(cluster.postgres()).orphanTasks().isEmpty());
        assertThat(far.log()).as("what only the database refused").doesNotContain("refuse_to_leave_an_end");
    }

    @Test
    void movesARunAwayFromAWorkerWhoseConnectionsDiedWithoutAWord() {
        String job = cluster.submit(REQUEST);
        cluster.awaitProgress(job, 0.2);
        assertThat(cluster.workerOf(job)).isSameAs(far);
        WinnowProcess other = cluster.startWorker(near);
        ofWorker.become(Mode.HOLE);
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(far.isAlive()).isTrue();
        ofWorker.become(Mode.PASS);
        other.kill();
        // No thread of it waits for ever on a connection that nobody answers: it works again.
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    @Test
    void stopsARunByItselfWhoseWorkerIsCutOffForLongerThanADeadOneIsWaitedFor() {
        String request = Cluster.request(2, 30, 1);
        cluster.undisturbed(request);
        String job = cluster.submit(request);
        cluster.awaitProgress(job, 0.1);
        assertThat(cluster.workerOf(job)).isSameAs(far);
        int before = leftBy(far);
        ofWorker.become(Mode.CUT);
        await("the end of its work while the database is still away")
                .atMost(Duration.ofSeconds(30))
                .until(() -> leftBy(far) > before);
        ofWorker.become(Mode.PASS);
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.attempts(job))
                .as("that the database was away spent none")
                .isEqualTo(2);
    }

    /** How often a worker has stopped because the database was away for too long. */
    private static int leftBy(WinnowProcess worker) {
        return worker.log().split("is left to others \\(CUT_OFF\\)", -1).length;
    }

    @Test
    void answers503WhereAStatementTakesTooLong() throws Exception {
        WinnowProcess impatient = cluster.launch(
                        "api",
                        Options.none()
                                .with(
                                        "--spring.datasource.hikari.connection-init-sql=SET statement_timeout = '500ms'",
                                        "--spring.datasource.hikari.data-source-properties.socketTimeout=10"))
                .awaitStart();
        cluster.holdWhile("LOCK TABLE model IN ACCESS EXCLUSIVE MODE", () -> {
            long begun = System.nanoTime();
            HttpResponse<String> answer = cluster.call(impatient, "GET", "/models", null, null);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        });
        assertThat(cluster.call(impatient, "GET", "/models", null, null).statusCode())
                .isEqualTo(200);
        impatient.kill();
    }

    @Test
    void answers503InTwoSecondsWhileTheDatabaseIsUnreachable() {
        for (Mode mode : List.of(Mode.CUT, Mode.HOLE)) {
            ofApi.become(mode);
            for (String path : List.of("/jobs", "/datasets", "/score-sets", "/workers", "/subsets?ratio=0.3")) {
                // The first to find a connection dead waits for its time-out; who comes after does not.
                HttpResponse<String> first = cluster.call(cluster.api(), "GET", path, null, null);
                assertThat(first.statusCode())
                        .as(mode + " " + path + first.body())
                        .isEqualTo(503);
            }
            long begun = System.nanoTime();
            HttpResponse<String> answer = cluster.call(cluster.api(), "POST", "/jobs", REQUEST, "unreachable");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            assertThat(cluster.call(cluster.api(), "GET", "/actuator/health/liveness", null, null)
                            .statusCode())
                    .isEqualTo(200);
            ofApi.become(Mode.PASS);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> cluster.call(cluster.api(), "GET", "/actuator/health/readiness", null, null)
                                    .statusCode()
                            == 200);
        }
    }

    @Test
    void answers503FastWhenAllConnectionsAreInUseAndEventStreamsHoldNone() throws Exception {
        String job = cluster.submit(Cluster.request(1, 40, 1));
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (int i = 0; i < 50; i++) {
                threads.submit(() -> cluster.call(cluster.api(), "GET", "/jobs/" + job + "/events", null, null));
            }
            LockSupport.parkNanos(1_000_000_000);
            assertThat(cluster.call(cluster.api(), "GET", "/jobs", null, null).statusCode())
                    .as("fifty listeners leave all connections to others")
                    .isEqualTo(200);
            // Whoever counts the queue waits for the one who holds its lock: six of them have all connections.
            cluster.holdQueueLockWhile(() -> {
                List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    calls.add(() -> cluster.call(cluster.api(), "POST", "/jobs", REQUEST, null));
                }
                List<Future<HttpResponse<String>>> posts =
                        calls.stream().map(threads::submit).toList();
                LockSupport.parkNanos(500_000_000);
                long begun = System.nanoTime();
                assertThat(cluster.call(cluster.api(), "GET", "/jobs", null, null)
                                .statusCode())
                        .isEqualTo(503);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
                for (Future<HttpResponse<String>> post : posts) {
                    assertThat(post.get().statusCode()).isIn(202, 503);
                }
            });
        } finally {
            cluster.post("/jobs/" + job + "/cancel", "");
            threads.shutdownNow();
        }
        cluster.execute("UPDATE job SET status = 'CANCELLED', finished_at = now() WHERE status = 'QUEUED'");
        cluster.execute("DELETE FROM scheduled_tasks WHERE NOT picked");
    }

    /** Checkpoints have no room: the run goes on without, and says so. */
    @Test
    void scoresTheSameBytesThoughTheDiskForCheckpointsIsFull() {
        SmallDisk.assumePossible();
        Path small = cluster.folder().resolve("small");
        SmallDisk disk = SmallDisk.at(small, 1);
        disk.fill();
        far.kill();
        WinnowProcess tight = cluster.startWorker(near.with("--winnow.checkpoints.dir=" + small));
        try {
            cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
            assertThat(tight.log()).containsIgnoringCase("no space left");
        } finally {
            tight.kill();
            disk.close();
            far = cluster.startWorker(near.through(ofWorker));
        }
    }

    private static List<Path> unfinishedUnder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    /** What was kept before stays whole, and is what the next worker goes on from. */
    @Test
    void goesOnFromTheLastCheckpointThatTheDiskHadRoomFor() throws IOException {
        SmallDisk.assumePossible();
        String request = Cluster.request(1, 40, 1);
        cluster.undisturbed(request);
        Path small = cluster.folder().resolve("filling");
        SmallDisk disk = SmallDisk.at(small, 16);
        far.kill();
        Options tight = near.with("--winnow.checkpoints.dir=" + small);
        WinnowProcess first = cluster.startWorker(tight);
        WinnowProcess second = null;
        try {
            String job = cluster.submit(request);
            cluster.awaitProgress(job, 0.2);
            disk.fill();
            await().atMost(Cluster.PATIENCE).until(() -> first.log().contains("No space left"));
            await("no file that is not whole")
                    .atMost(Duration.ofSeconds(2))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> unfinishedUnder(small).isEmpty());
            first.kill();
            assertThat(cluster.number("SELECT cardinality(checkpoints) FROM run WHERE job_id = '" + job + "'"))
                    .isPositive();
            second = cluster.startWorker(tight);
            cluster.assertUndisturbed(job, request);
            assertThat(second.log()).contains("run 0 of job " + job + " goes on from " + job);
        } finally {
            first.kill();
            if (second != null) {
                second.kill();
            }
            disk.close();
            far = cluster.startWorker(near.through(ofWorker));
        }
    }
}
