package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.faults.Cluster.Options;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Workers that die, hang, sleep or run out of memory at any moment. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashTests {

    private static final String REQUEST = Cluster.request(2, 4, 1);
    private static final int HALTS = 7;
    private static final int HANGS = 9;
    private static final int EXHAUSTS = 11;

    private static final Options SLOW = Options.none()
            .faults(
                    "fault.slow=80",
                    "fault.halt.epochs=" + HALTS,
                    "fault.hang.epochs=" + HANGS,
                    "fault.heap.epochs=" + EXHAUSTS)
            .with("--winnow.jobs.hung-after=5s");

    private Cluster cluster;

    @BeforeAll
    void start() {
        cluster = new Cluster("crash");
        cluster.startApi();
        cluster.keepWorkers(2, SLOW);
        cluster.undisturbed(REQUEST);
    }

    @AfterEach
    void bringTheWorkersBack() {
        cluster.forgetTheDead();
        cluster.keepWorkers(2, SLOW);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    /** In training, in the passes after it, or while the scores are written down: the seed chooses. */
    @RepeatedTest(20)
    void scoresTheSameBytesWheneverAWorkerIsKilled(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String job = cluster.submit(REQUEST);
        cluster.awaitProgress(job, 0.01 + 0.98 * random.nextDouble());
        LockSupport.parkNanos(random.nextInt(50_000_000));
        cluster.killWorkerOf(job);
        cluster.keepWorkers(1, SLOW);
        cluster.assertUndisturbed(job, REQUEST);
    }

    @RepeatedTest(5)
    void scoresTheSameBytesWhenAWorkerSleepsForLongerThanItMayBeSilent(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String job = cluster.submit(REQUEST);
        cluster.awaitProgress(job, 0.5 * random.nextDouble());
        WinnowProcess zombie = cluster.workerOf(job);
        int before = cluster.attempts(job);
        zombie.signal("STOP");
        await().atMost(Duration.ofSeconds(90)).until(() -> cluster.attempts(job) > before);
        zombie.signal("CONT");
        cluster.assertUndisturbed(job, REQUEST);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> new Invariants(cluster.postgres()).orphanTasks().isEmpty());
    }

    @Test
    void endsAProcessWhoseRunHangsInNativeCodeWith75() {
        cluster.forgetTheDead();
        String job = cluster.submit(Cluster.request(1, HANGS, 1));
        cluster.awaitProgress(job, 0);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !cluster.workerIdOf(job).isEmpty());
        WinnowProcess hung = cluster.workerOf(job);
        assertThat(hung.awaitExit(Duration.ofSeconds(60))).isEqualTo(75);
        assertThat(hung.log()).contains("taken as hung", "FaultyWinnow.step");
        await().atMost(Duration.ofSeconds(60)).until(() -> cluster.attempts(job) == 2);
        cluster.post("/jobs/" + job + "/cancel", "");
    }

    @Test
    void isGoneTwentySecondsAfterItWasToldToGoThoughItsRunHangs() {
        cluster.killWorkers();
        WinnowProcess stubborn = cluster.startWorker(SLOW.with("--winnow.jobs.hung-after=10m"));
        String job = cluster.submit(Cluster.request(1, HANGS, 1));
        cluster.awaitProgress(job, 0);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !cluster.workerIdOf(job).isEmpty());
        LockSupport.parkNanos(2_000_000_000L);
        stubborn.signal("TERM");
        assertThat(stubborn.awaitExit(Duration.ofSeconds(21))).isEqualTo(143);
        cluster.post("/jobs/" + job + "/cancel", "");
    }

    @Test
    void quarantinesARunThatExhaustsTheHeapOfItsWorkers() {
        assertQuarantined(EXHAUSTS);
    }

    @Test
    void quarantinesARunThatHaltsItsWorkers() {
        assertQuarantined(HALTS);
    }

    private void assertQuarantined(int epochs) {
        cluster.forgetTheDead();
        String poison = cluster.submit(Cluster.request(1, epochs, 1));
        for (int death = 1; death <= 3; death++) {
            int expected = death;
            await().atMost(Duration.ofSeconds(120)).until(() -> cluster.deadWorkers() >= expected);
            cluster.keepWorkers(1, SLOW);
        }
        JsonNode ended = cluster.awaitEnd(poison);
        assertThat(ended.at("/error/title").asString()).isEqualTo("Run quarantined");
        assertThat(cluster.attempts(poison)).isEqualTo(3);
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    @Test
    void failsAJobWhoseLossIsNoNumberAtOnceAndStoresNone() {
        String diverging =
                Cluster.request(2, 4, 1).replace("\"batchSize\": 32", "\"batchSize\": 32, \"learningRate\": 1e38");
        JsonNode ended = cluster.awaitEnd(cluster.submit(diverging));
        assertThat(ended.at("/error/title").asString()).isEqualTo("Training diverged");
        assertThat(ended.at("/error/detail").asString()).contains("run 0", "epoch", "1.0E38");
        assertThat(ended.get("scoreSets")).isEmpty();
        new Invariants(cluster.postgres()).hold();
    }

    /** Works on although its own clock is an hour off, and says so. */
    @Test
    void worksWithAClockThatIsAnHourOff() {
        String faketime = Faketime.library();
        WinnowProcess skewed = cluster.launch(
                        "worker",
                        SLOW.environment(
                                Map.of("LD_PRELOAD", faketime, "FAKETIME", "+1h", "FAKETIME_DONT_FAKE_MONOTONIC", "1")))
                .awaitStart();
        assertThat(skewed.log()).containsPattern("clock of this machine is 3[56]\\d\\d.* s ahead of the database's");
        assertThat(cluster.call(skewed, "GET", "/actuator/health/readiness", null, null)
                        .statusCode())
                .isEqualTo(503);
        // Three workers, one of them in the future: nobody finds anybody dead, and every run is begun once.
        String job = cluster.submit(Cluster.request(6, 4, 1));
        assertThat(cluster.awaitEnd(job).get("status").asString()).isEqualTo("SUCCEEDED");
        assertThat(cluster.attempts(job)).isEqualTo(6);
        assertThat(cluster.text("SELECT count(*) FROM run WHERE job_id = '" + job + "' AND worker LIKE '%-"
                        + skewed.pid() + "-%'"))
                .as("runs done by the one with the wrong clock")
                .isNotEqualTo("0");
        skewed.kill();
    }
}
