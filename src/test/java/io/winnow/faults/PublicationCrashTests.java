package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Workers that go, or die, while they make score sets of what the runs of a job found. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublicationCrashTests {

    private static final String REQUEST = Cluster.request(2, 1, 1);

    /** Each of a dozen steps takes so long that all of them take longer than a worker may be silent. */
    private static final Options SLOW = Options.none().faults("fault.publish=700");

    /** More than attempts are counted. */
    private static final int GOODBYES = 4;

    private static final int DEATHS = 2;

    private Cluster cluster;

    @BeforeAll
    void start() {
        cluster = new Cluster("publication-crash");
        cluster.startApi();
        cluster.startWorker(Options.none());
        cluster.undisturbed(REQUEST);
    }

    @BeforeEach
    void haveNoWorker() {
        cluster.killWorkers();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void publishesThoughMoreWorkersWereToldToGoMeanwhileThanAttemptsAreCounted() {
        String job = cluster.submit(REQUEST);
        for (int goodbye = 0; goodbye < GOODBYES; goodbye++) {
            WinnowProcess leaver = cluster.startWorker(SLOW);
            awaitPublication();
            leaver.signal("TERM");
            assertThat(leaver.awaitExit(Duration.ofSeconds(20))).isEqualTo(143);
            assertThat(cluster.job(job).get("status").asString()).isEqualTo("RUNNING");
            assertThat(attempts(job)).isZero();
            assertThat(leaver.log()).contains("job " + job + " is not finished yet: this process is going down");
        }
        cluster.startWorker(Options.none());
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(attempts(job)).isOne();
        new Invariants(cluster.postgres()).hold();
    }

    @Test
    void publishesTheSameBytesAfterWorkersThatWereKilledInTheMidstOfIt() {
        String job = cluster.submit(REQUEST);
        for (int death = 0; death < DEATHS; death++) {
            cluster.startWorker(SLOW);
            awaitPublication();
            cluster.killWorkers();
        }
        cluster.startWorker(Options.none());
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(attempts(job)).isEqualTo(DEATHS + 1.0);
        new Invariants(cluster.postgres()).hold();
    }

    /** As many as a run may have: nobody knows whether it is what kills them. */
    @Test
    void endsAJobWhosePublicationKilledThreeWorkersAndGoesOnWithOthers() {
        String job = cluster.submit(REQUEST);
        for (int death = 0; death < 3; death++) {
            cluster.startWorker(SLOW);
            awaitPublication();
            cluster.killWorkers();
        }
        WinnowProcess spared = cluster.startWorker(Options.none());
        JsonNode ended = cluster.awaitEnd(job);
        assertThat(ended.get("status").asString()).isEqualTo("FAILED");
        assertThat(ended.at("/error/title").asString()).isEqualTo("Results not published");
        assertThat(ended.get("scoreSets")).as("none, rather than some").isEmpty();
        new Invariants(cluster.postgres()).hold();
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
        assertThat(spared.isAlive()).isTrue();
    }

    @Test
    void publishesTheSameBytesAfterAWorkerThatHungInTheMidstOfItWhichEndsWith75() {
        String job = cluster.submit(REQUEST);
        WinnowProcess hung = cluster.startWorker(
                Options.none().faults("fault.publish.hang=true").with("--winnow.jobs.hung-after=5s"));
        assertThat(hung.awaitExit(Duration.ofSeconds(60))).isEqualTo(75);
        assertThat(hung.log()).contains("the publication of job " + job + " has shown no step", "FaultyWinnow.hang");
        cluster.startWorker(Options.none());
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(attempts(job)).isEqualTo(2);
        new Invariants(cluster.postgres()).hold();
    }

    /** Until one is in the midst of it: its transaction holds the job, and has written a chunk that nobody sees. */
    private void awaitPublication() {
        await("a publication").atMost(Cluster.PATIENCE).until(() -> cluster.number("""
                        SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                         WHERE l.relation = 'score_chunk'::regclass AND l.mode = 'RowExclusiveLock'
                           AND a.state = 'idle in transaction'
                        """) > 0);
    }

    private double attempts(String job) {
        return cluster.number("SELECT finish_attempts FROM job WHERE id = '" + job + "'");
    }
}
