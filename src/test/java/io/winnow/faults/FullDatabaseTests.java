package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/** A database whose disk is full: it answers, and can keep nothing more. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FullDatabaseTests {

    private static final int MEGABYTES = 200;

    /** How many jobs find room in pages that the database has already. */
    private static final int MOST_KEPT = 400;

    private static final String SHORT = Cluster.request(1, 1, 3);
    private static final String LONG = Cluster.request(4, 10, 3);

    private Cluster cluster;
    private SmallDisk disk;
    private WinnowProcess worker;

    @BeforeAll
    void start() {
        SmallDisk.assumePossible();
        cluster = Cluster.onDiskOf("full-database", MEGABYTES);
        disk = cluster.disk();
        cluster.startApi(Options.none().with("--winnow.jobs.most-queued=1000"));
        worker = cluster.startWorker(Options.none().faults("fault.slow=30"));
        cluster.undisturbed(SHORT);
        cluster.undisturbed(LONG);
    }

    @AfterEach
    void makeRoom() {
        disk.empty();
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void takesNoJobThatItCannotKeepAndEndsEachThatItTook() {
        int before = jobs();
        fill();
        List<String> taken = new ArrayList<>();
        HttpResponse<String> refused = postUntilRefused(taken);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(jobs()).as("reading goes on").isEqualTo(before + taken.size());

        disk.empty();
        for (String job : taken) {
            cluster.assertUndisturbed(job, SHORT);
        }
        cluster.assertUndisturbed(cluster.submit(SHORT), SHORT);
    }

    @Test
    void scoresTheSameBytesThoughNoResultCanBeKeptForLongerThanAClaimHolds() {
        String job = cluster.submit(LONG);
        cluster.awaitProgress(job, 0.1);
        int before = cluster.logsOfWorkers().length();
        fill();
        postUntilRefused(new ArrayList<>());
        await("what the worker makes of it").atMost(Cluster.PATIENCE).until(() -> {
            // What the database gives back by itself, as files of its log that are used up, is taken, too.
            disk.fill();
            return cluster.logsOfWorkers().substring(before).split("No space left", -1).length > 12;
        });

        disk.empty();
        cluster.assertUndisturbed(job, LONG);
        assertThat(cluster.attempts(job))
                .as("that the disk was full spent none")
                .isEqualTo(4);
        assertThat(worker.isAlive()).isTrue();
    }

    /** After that, what the database must write before anything else lies in files that it has already. */
    private void fill() {
        cluster.execute("SELECT pg_switch_wal()");
        cluster.execute("CHECKPOINT");
        disk.fill();
    }

    /** @param taken the jobs that found room in pages that the database has already */
    private HttpResponse<String> postUntilRefused(List<String> taken) {
        HttpResponse<String> answer = post();
        while (answer.statusCode() == 202 && taken.size() < MOST_KEPT) {
            taken.add(JsonMapper.shared().readTree(answer.body()).get("id").asString());
            answer = post();
        }
        return answer;
    }

    private HttpResponse<String> post() {
        return cluster.call(cluster.api(), "POST", "/jobs", SHORT, null);
    }

    private int jobs() {
        return cluster.get("/jobs?size=1").get("totalItems").asInt();
    }
}
