package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** The faults that everybody meets, on real processes: one that answers and one or two that work. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultTests {

    private static final String REQUEST = Cluster.request(2, 4, 1);

    /** Slow enough to be hit in the middle: 8 steps an epoch in training, and the passes after it. */
    private static final Options SLOW = Options.none().faults("fault.slow=30", "fault.halt.epochs=7");

    private Cluster cluster;

    @BeforeAll
    void start() {
        cluster = new Cluster("short");
        WinnowProcess first = cluster.launchWorker(SLOW);
        WinnowProcess second = cluster.launchWorker(SLOW);
        cluster.startApi();
        first.awaitStart();
        second.awaitStart();
        cluster.undisturbed(REQUEST);
    }

    @AfterEach
    void bringTheWorkersBack() {
        cluster.keepWorkers(2, SLOW);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void finishesARunElsewhereWhoseWorkerWasKilled() {
        String job = cluster.submit(REQUEST);
        cluster.awaitProgress(job, 0.4);
        WinnowProcess victim = cluster.workerOf(job);
        String ofVictim = " FROM run WHERE job_id = '" + job + "' AND worker LIKE '%-" + victim.pid() + "-%'";
        int run = (int) cluster.number("SELECT number" + ofVictim);
        int epoch = (int) cluster.number("SELECT epoch" + ofVictim);
        victim.kill();
        assertThat(epoch).as("the epoch that it was in").isPositive();
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(cluster.attempts(job)).as("the killed attempt counts").isEqualTo(3);
        assertThat(resumedFrom(job, run)).as("at most an epoch is lost").isGreaterThanOrEqualTo(epoch - 1);
        assertThat(silentWorkers()).as("GET /workers tells of the dead").isPositive();
    }

    /** The epoch of the last checkpoint that a run went on from; -1 when it began anew. */
    private int resumedFrom(String job, int run) {
        return Pattern.compile("run " + run + " of job " + job + " goes on from \\S+-epoch-(\\d+)")
                .matcher(cluster.logsOfWorkers())
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(-1);
    }

    @Test
    void takesNothingFromAWorkerThatWakesAfterItsRunMovedOn() {
        String request = Cluster.request(2, 16, 1);
        cluster.undisturbed(request);
        String job = cluster.submit(request);
        cluster.awaitProgress(job, 0.2);
        WinnowProcess zombie = cluster.workerOf(job);
        String lost = cluster.text("SELECT number || ' ' || fence FROM run WHERE job_id = '" + job
                + "' AND worker LIKE '%-" + zombie.pid() + "-%' AND status = 'RUNNING'");
        zombie.signal("STOP");
        Set<String> written = checkpointsOf(job, lost);
        await().atMost(Duration.ofSeconds(60)).until(() -> cluster.attempts(job) == 3);
        zombie.signal("CONT");
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> zombie.log().contains("fenced"));
        assertThat(cluster.number("SELECT count(*) FROM run WHERE status = 'RUNNING' AND job_id = '" + job + "'"))
                .as("it was stopped while the run went on elsewhere, not because it had come to an end")
                .isPositive();
        // It takes another run only after it has let go of this one: one at a time is all that a process works on.
        String next = cluster.submit(REQUEST);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cluster.holdsRunOf(next, zombie));
        assertThat(zombie.log()).containsPattern("is left to others \\(FENCED\\)");
        assertThat(written).as("nothing that it wrote awake counts").containsAll(checkpointsOf(job, lost));
        cluster.assertUndisturbed(job, request);
        cluster.assertUndisturbed(next, REQUEST);
    }

    /**
     * The files to go on from that a claim has written.
     *
     * @param claim the number of its run, and its fence
     */
    private Set<String> checkpointsOf(String job, String claim) {
        String[] parts = claim.split(" ");
        String names = cluster.text("""
                SELECT string_agg(name, ' ') FROM run, unnest(checkpoints) name
                 WHERE job_id = '%s' AND number = %s AND name LIKE '%%/fence-%s/%%'""".formatted(job, parts[0], parts[1]));
        return Stream.of(names.split(" ")).filter(name -> name.contains("/")).collect(Collectors.toSet());
    }

    @Test
    void goesOnOverAnImmediateRestartOfTheDatabase() {
        String job = cluster.submit(REQUEST);
        cluster.awaitProgress(job, 0.3);
        cluster.postgres().stopImmediately();
        var answer = cluster.call(cluster.api(), "GET", "/jobs/" + job, null, null);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(cluster.call(cluster.api(), "GET", "/actuator/health/readiness", null, null)
                        .statusCode())
                .isEqualTo(503);
        assertThat(cluster.call(cluster.api(), "GET", "/actuator/health/liveness", null, null)
                        .statusCode())
                .isEqualTo(200);
        cluster.postgres().start();
        cluster.assertUndisturbed(job, REQUEST);
    }

    @Test
    void givesItsRunBackWithoutSpendingAnAttemptWhenItIsToldToGo() {
        String job = cluster.submit(REQUEST);
        cluster.awaitProgress(job, 0.3);
        WinnowProcess leaver = cluster.workerOf(job);
        leaver.signal("TERM");
        assertThat(leaver.awaitExit(Duration.ofSeconds(20))).isEqualTo(143);
        assertThat(leaver.log()).contains("is released: this process is going down");
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(cluster.attempts(job)).isEqualTo(2);
        assertThat(cluster.get("/workers").get("items").valueStream())
                .as("who went in good order is off the list")
                .noneMatch(worker -> worker.get("id").asString().contains("-" + leaver.pid() + "-"));
    }

    @Test
    void quarantinesARunThatKillsItsWorkersAndDoesTheNextJob() {
        cluster.forgetTheDead();
        String poison = cluster.submit(Cluster.request(1, 7, 1));
        for (int death = 1; death <= 3; death++) {
            int expected = death;
            await().atMost(Duration.ofSeconds(90)).until(() -> cluster.deadWorkers() >= expected);
            cluster.keepWorkers(2, SLOW);
        }
        JsonNode ended = cluster.awaitEnd(poison);
        assertThat(ended.get("status").asString()).isEqualTo("FAILED");
        assertThat(ended.at("/error/title").asString()).isEqualTo("Run quarantined");
        assertThat(ended.at("/error/detail").asString())
                .contains("run 0", "3 times")
                .contains(cluster.text("SELECT worker FROM run WHERE job_id = '" + poison + "'"));
        assertThat(cluster.attempts(poison)).isEqualTo(3);
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
        assertThat(new Invariants(cluster.postgres()).orphanTasks()).isEmpty();
    }

    private long silentWorkers() {
        return cluster.get("/workers")
                .get("items")
                .valueStream()
                .filter(worker -> List.of("SILENT").contains(worker.get("state").asString()))
                .count();
    }
}
