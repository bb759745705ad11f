package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.FaultyWinnow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Workers that die, hang, sleep or run out of memory at any moment. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashTests {

    private static final int WORKERS = 3;
    private static final int KILLS = Cluster.count("kills", 12);
    private static final int SLEEPS = Cluster.count("sleeps", 3);
    private static final int GOODBYES = Cluster.count("goodbyes", 4);
    private static final int HANGS = 9;
    private static final int EXHAUSTS = 11;
    private static final int FAILS = 5;
    private static final String REQUEST = Cluster.request(2, 4, 1);

    /** At work for about as long as it takes to kill three workers. */
    private static final String BESIDE = Cluster.request(8, 10, 1);

    private static final Options WELL = Options.none().faults("fault.slow=80");

    private static final Options SLOW = WELL.faults("fault.hang.epochs=" + HANGS, "fault.heap.epochs=" + EXHAUSTS)
            .with("--winnow.jobs.hung-after=10s");

    /** An hour is far above this too, and a machine that is busy with other things silences nobody for so long. */
    private static final Options PATIENT =
            SLOW.faults("fault.slow=120").with("--db-scheduler.missed-heartbeats-limit=60");

    private Cluster cluster;
    private Duration undisturbed;
    private int hits;

    @BeforeAll
    void start() {
        cluster = new Cluster("crash");
        cluster.startApi();
        cluster.keepWorkers(WORKERS, SLOW);
        cluster.undisturbed(REQUEST);
        undisturbed = Duration.ofMillis(
                (long) cluster.number("SELECT max(extract(epoch FROM finished_at - claimed_at)) * 1000 FROM run"));
    }

    @AfterEach
    void bringTheWorkersBack() {
        cluster.forgetTheDead();
        cluster.keepWorkers(WORKERS, SLOW);
    }

    @AfterAll
    void stop() {
        if (hits > 0) {
            System.out.printf("crash: %d of %d kills hit a run at work%n", hits, KILLS);
        }
        cluster.close();
    }

    static IntStream kills() {
        return IntStream.range(0, KILLS);
    }

    /** Evenly spread over the time that a run takes: in training, in the passes after it, and while its scores are written down. */
    @ParameterizedTest
    @MethodSource("kills")
    void scoresTheSameBytesWheneverAWorkerIsKilled(int kill) {
        String job = cluster.submit(REQUEST);
        awaitWorkerOf(job);
        LockSupport.parkNanos(undisturbed.toNanos() * (2 * kill + 1) / (2 * KILLS));
        cluster.killWorkerOf(job);
        cluster.keepWorkers(1, SLOW);
        cluster.assertUndisturbed(job, REQUEST);
        // Three, where the kill was not too late for all of the run.
        assertThat(cluster.attempts(job)).isBetween(2, 3);
        hits += cluster.attempts(job) - 2;
    }

    static IntStream sleeps() {
        return IntStream.range(0, SLEEPS);
    }

    /** Also for longer than a run may show no step: what the whole process slept through does not make it hung. */
    @ParameterizedTest
    @MethodSource("sleeps")
    void scoresTheSameBytesWhenAWorkerSleepsForLongerThanItMayBeSilent(int sleep) {
        String job = cluster.submit(REQUEST);
        awaitWorkerOf(job);
        LockSupport.parkNanos(undisturbed.toNanos() * (2 * sleep + 1) / (4 * SLEEPS));
        WinnowProcess zombie = cluster.workerOf(job);
        zombie.signal("STOP");
        long begun = System.nanoTime();
        await().atMost(Duration.ofSeconds(90)).until(() -> !cluster.holdsRunOf(job, zombie));
        await().atMost(Duration.ofSeconds(20)).until(() -> System.nanoTime() - begun > 11_000_000_000L);
        zombie.signal("CONT");
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(zombie.isAlive()).as("it goes on with other work").isTrue();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> new Invariants(cluster.postgres()).orphanTasks().isEmpty());
    }

    /** A byte of the newest checkpoint is another one, or its end is missing, when the next worker reads it: the one before it is used, or none. */
    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "1, true"})
    void goesOnFromTheCheckpointBeforeADamagedOneOrBeginsAnew(int damaged, boolean cut) throws IOException {
        String request = Cluster.request(1, 6, 1);
        cluster.undisturbed(request);
        String job = cluster.submit(request);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> cluster.number(
                                "SELECT cardinality(checkpoints) FROM run WHERE status = 'RUNNING' AND job_id = '" + job
                                        + "'")
                        == 2);
        assertThat(cluster.killWorkerOf(job)).isTrue();
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= damaged; i++) {
            String name = cluster.text("SELECT checkpoints[" + i + "] FROM run WHERE job_id = '" + job + "'");
            Path file = cluster.folder().resolve("work/checkpoints").resolve(name);
            byte[] content = Files.readAllBytes(file);
            content[content.length / 2] ^= 1;
            Files.write(file, cut ? Arrays.copyOf(content, content.length / 2) : content);
            names.add(name);
        }
        cluster.assertUndisturbed(job, request);
        for (String name : names) {
            assertThat(cluster.logsOfWorkers())
                    .contains("a checkpoint cannot be used, the one before it is next: java.io.IOException: " + name);
        }
        assertThat(cluster.logsOfWorkers().contains("run 0 of job " + job + " goes on from " + job))
                .as("went on from another")
                .isEqualTo(damaged == 1);
    }

    @Test
    void endsAProcessWhoseRunHangsInNativeCodeWith75() {
        String request = Cluster.request(1, HANGS, 1);
        cluster.killWorkers();
        WinnowProcess well = cluster.startWorker(WELL);
        cluster.undisturbed(request);
        well.kill();
        WinnowProcess hung = cluster.startWorker(SLOW);
        String job = cluster.submit(request);
        assertThat(hung.awaitExit(Duration.ofSeconds(60))).isEqualTo(75);
        assertThat(hung.log()).contains("taken as hung", "FaultyWinnow.step");
        cluster.startWorker(WELL);
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.attempts(job)).isEqualTo(2);
    }

    @Test
    void scoresTheSameBytesWhenTheDeviceOfItsWorkerFailsWhichEndsWith75() {
        String request = Cluster.request(1, FAILS, 1);
        cluster.undisturbed(request);
        cluster.killWorkers();
        WinnowProcess failing = cluster.startWorker(SLOW.faults("fault.device.epochs=" + FAILS));
        String job = cluster.submit(request);
        assertThat(failing.awaitExit(Duration.ofSeconds(60))).isEqualTo(75);
        assertThat(failing.log()).contains("the device of run 0 of job " + job + " failed");
        cluster.startWorker(SLOW);
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.attempts(job)).isEqualTo(2);
    }

    @Test
    void isGoneTwentySecondsAfterItWasToldToGoThoughItsRunHangs() {
        cluster.killWorkers();
        WinnowProcess stubborn =
                cluster.startWorker(SLOW.with("--winnow.jobs.hung-after=10m", "--db-scheduler.shutdown-max-wait=1m"));
        String job = cluster.submit(Cluster.request(1, HANGS, 1));
        await().atMost(Duration.ofSeconds(60)).until(() -> stubborn.log().contains(FaultyWinnow.HANGS));
        long begun = System.nanoTime();
        stubborn.signal("TERM");
        assertThat(stubborn.awaitExit(Duration.ofSeconds(21))).isEqualTo(143);
        System.out.printf("crash: a hung worker was gone %.1f s after SIGTERM%n", (System.nanoTime() - begun) / 1e9);
        cluster.post("/jobs/" + job + "/cancel", "");
    }

    /** A batch of a large network can take minutes: the time in which the process must be gone is over before it asks whether to stop. */
    @Test
    void spendsNoAttemptOnAWorkerThatIsToldToGoInAStepThatTakesLonger() {
        String request = Cluster.request(1, HANGS, 2);
        cluster.killWorkers();
        WinnowProcess well = cluster.startWorker(WELL);
        cluster.undisturbed(request);
        well.kill();
        WinnowProcess leaver = cluster.startWorker(SLOW.with("--winnow.jobs.hung-after=10m"));
        String job = cluster.submit(request);
        await().atMost(Cluster.PATIENCE).until(() -> leaver.log().contains(FaultyWinnow.HANGS));
        leaver.signal("TERM");
        leaver.awaitExit(Duration.ofSeconds(21));
        assertThat(leaver.log()).contains("run 0 of job " + job + " is released in the midst of a step");
        assertThat(cluster.attempts(job)).isZero();
        cluster.startWorker(WELL);
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.attempts(job)).isOne();
    }

    /** The first signal is still obeyed: the process goes down, and its hung run would hold it for long. */
    @Test
    void isGoneAtOnceWhenItIsToldAgainToGo() {
        cluster.killWorkers();
        WinnowProcess stubborn =
                cluster.startWorker(SLOW.with("--winnow.jobs.hung-after=10m", "--db-scheduler.shutdown-max-wait=1m"));
        String job = cluster.submit(Cluster.request(1, HANGS, 1));
        await().atMost(Duration.ofSeconds(60)).until(() -> stubborn.log().contains(FaultyWinnow.HANGS));
        await("the end of a process that is told again and again")
                .atMost(Duration.ofSeconds(8))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    stubborn.signal("TERM");
                    return !stubborn.isAlive();
                });
        assertThat(stubborn.awaitExit(Duration.ofSeconds(1))).isEqualTo(143);
        cluster.post("/jobs/" + job + "/cancel", "");
    }

    static IntStream goodbyes() {
        return IntStream.range(0, GOODBYES);
    }

    /** Evenly spread over the time that a run takes, as the kills are. */
    @ParameterizedTest
    @MethodSource("goodbyes")
    void scoresTheSameBytesAndSpendsNoAttemptWheneverAWorkerIsToldToGo(int goodbye) {
        String job = cluster.submit(REQUEST);
        WinnowProcess leaver = awaitWorkerOf(job);
        LockSupport.parkNanos(undisturbed.toNanos() * (2 * goodbye + 1) / (2 * GOODBYES));
        leaver.signal("TERM");
        assertThat(leaver.awaitExit(Duration.ofSeconds(20))).isEqualTo(143);
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(cluster.attempts(job)).isEqualTo(2);
    }

    @Test
    void keepsTheStepAtWhichAWorkerIsToldToGo() {
        String request = Cluster.request(1, 20, 3);
        cluster.undisturbed(request);
        String job = cluster.submit(request);
        cluster.awaitProgress(job, 0.3);
        WinnowProcess leaver = awaitWorkerOf(job);
        leaver.signal("TERM");
        assertThat(leaver.awaitExit(Duration.ofSeconds(20))).isEqualTo(143);
        assertThat(leaver.log()).containsPattern("stopped after \\d+ steps of epoch \\d+, to go on from there");
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.logsOfWorkers()).containsPattern("run 0 of job " + job + " goes on from " + job);
        assertThat(cluster.attempts(job)).isEqualTo(1);
    }

    /** Who found it dead looks again when it has the rows: the worker has woken meanwhile, and its run stays where it is. */
    @Test
    void leavesARunToAWorkerThatWakesAfterItWasFoundDead() throws Exception {
        String request = Cluster.request(1, 20, 3);
        cluster.undisturbed(request);
        String job = cluster.submit(request);
        cluster.awaitProgress(job, 0.1);
        WinnowProcess sleeper = awaitWorkerOf(job);
        sleeper.signal("STOP");
        cluster.holdRowWhile(job, () -> {
            awaitAtOnce(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%from job %'");
            sleeper.signal("CONT");
            awaitAtOnce(
                    "SELECT count(*) FROM run WHERE heartbeat_at > clock_timestamp() - interval '1 s' AND job_id = '"
                            + job + "'");
        });
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.attempts(job)).isEqualTo(1);
        assertThat(cluster.logsOfWorkers())
                .containsPattern("run 0 of job " + job + " seemed dead but its worker \\S+ is alive");
    }

    /** Before the one who waits is cut off, after two seconds. */
    private void awaitAtOnce(String count) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> cluster.number(count) > 0);
    }

    @Test
    void quarantinesARunThatExhaustsTheHeapOfItsWorkers() {
        cluster.forgetTheDead();
        String poison = cluster.submit(Cluster.request(1, EXHAUSTS, 1));
        String beside = cluster.submit(BESIDE);
        for (int death = 1; death <= 3; death++) {
            int expected = death;
            await().atMost(Duration.ofSeconds(120)).until(() -> cluster.deadWorkers() >= expected);
            cluster.keepWorkers(1, SLOW);
        }
        JsonNode ended = cluster.awaitEnd(poison);
        assertThat(ended.at("/error/title").asString()).isEqualTo("Run quarantined");
        assertThat(cluster.attempts(poison)).isEqualTo(3);
        cluster.assertUndisturbed(beside, BESIDE);
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    /** As the system does to who takes too much memory: without a word, and to whoever has the run. */
    @Test
    void quarantinesARunWhoseWorkersTheSystemKills() {
        cluster.killWorkers();
        String poison = cluster.submit(Cluster.request(1, 40, 1));
        for (int death = 1; death <= 3; death++) {
            WinnowProcess victim = cluster.startWorker(SLOW);
            await().atMost(Cluster.PATIENCE).until(() -> cluster.holdsRunOf(poison, victim));
            victim.kill();
        }
        WinnowProcess spared = cluster.startWorker(SLOW);
        JsonNode ended = cluster.awaitEnd(poison);
        assertThat(ended.at("/error/title").asString()).isEqualTo("Run quarantined");
        assertThat(cluster.attempts(poison)).isEqualTo(3);
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
        assertThat(spared.isAlive()).as("who finds it out is not killed by it").isTrue();
    }

    @Test
    void failsAJobWhoseLossIsNoNumberAtOnceAndKeepsTheScoresThatThereWereBefore() {
        String before = cluster.submit(REQUEST);
        assertThat(cluster.awaitEnd(before).get("status").asString()).isEqualTo("SUCCEEDED");
        String diverging =
                Cluster.request(2, 4, 1).replace("\"batchSize\": 32", "\"batchSize\": 32, \"learningRate\": 1e38");
        JsonNode ended = cluster.awaitEnd(cluster.submit(diverging));
        assertThat(ended.at("/error/title").asString()).isEqualTo("Training diverged");
        assertThat(ended.at("/error/detail").asString())
                .containsPattern("run [01]")
                .contains("epoch", "1.0E38");
        assertThat(ended.get("scoreSets")).isEmpty();
        cluster.assertUndisturbed(before, REQUEST);
    }

    /** Works on although its own clock is an hour off, and says so: it finds nobody dead, nobody finds it dead, and it finds work. */
    @ParameterizedTest
    @ValueSource(strings = {"+1h", "-1h"})
    void worksWithAClockThatIsAnHourOff(String off) {
        String request = Cluster.request(8, 4, 1);
        cluster.undisturbed(request);
        cluster.killWorkers();
        cluster.startWorker(PATIENT);
        WinnowProcess skewed = cluster.launch("worker", PATIENT.environment(Faketime.environment(off)))
                .awaitStart();
        assertThat(skewed.log())
                .containsPattern("clock of this machine is " + (off.startsWith("-") ? "-" : "")
                        + "3[56]\\d\\d.* s ahead of the database's");
        assertThat(isReady(skewed)).isFalse();
        String job = cluster.submit(request);
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.attempts(job)).as("every run is begun once").isEqualTo(8);
        assertThat(cluster.number("SELECT count(*) FROM run WHERE job_id = '" + job + "' AND worker LIKE '%-"
                        + skewed.pid() + "-%'"))
                .as("runs done by the one with the wrong clock")
                .isPositive();
        cluster.killWorkers();
    }

    /** An hour ahead, right, an hour behind, right again, all in one run: it keeps its run, and is not ready for traffic meanwhile. */
    @Test
    void keepsItsRunWhileItsClockJumps() throws IOException {
        String request = Cluster.request(1, 60, 1);
        cluster.killWorkers();
        WinnowProcess quick = cluster.startWorker(Options.none());
        cluster.undisturbed(request);
        quick.kill();
        Path clock = cluster.folder().resolve("clock");
        Files.writeString(clock, "+0");
        Options options = PATIENT.environment(Faketime.jumping(clock));
        WinnowProcess jumping = cluster.launch("worker", options).awaitStart();
        String job = cluster.submit(request);
        cluster.awaitProgress(job, 0.01);
        cluster.launchWorker(PATIENT);
        for (String off : List.of("+1h", "+0", "-1h", "+0")) {
            Path next = Files.writeString(clock.resolveSibling("next"), off);
            Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE);
            await("what it makes of " + off).atMost(Cluster.PATIENCE).until(() -> isReady(jumping) == off.equals("+0"));
            double now = cluster.number("SELECT fraction FROM run WHERE job_id = '" + job + "'");
            cluster.awaitProgress(job, now + 0.03);
            assertThat(cluster.holdsRunOf(job, jumping))
                    .as("it has its run at " + off)
                    .isTrue();
            assertThat(cluster.number("SELECT count(*) FROM scheduled_tasks WHERE picked"
                            + " AND abs(extract(epoch FROM last_heartbeat - clock_timestamp())) > 60"))
                    .as("heartbeats of another time at " + off)
                    .isZero();
        }
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.attempts(job)).as("the run is begun once").isOne();
        cluster.killWorkers();
    }

    private boolean isReady(WinnowProcess process) {
        return cluster.call(process, "GET", "/actuator/health/readiness", null, null)
                        .statusCode()
                == 200;
    }

    /** The process that has claimed one of the job's runs, as soon as one has. */
    private WinnowProcess awaitWorkerOf(String job) {
        return await().atMost(Cluster.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cluster.process(cluster.workerIdOf(job)), found -> found.isPresent())
                .orElseThrow();
    }
}
