package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.IdxFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Workers whose system refuses them memory: what they ask for beyond a limit really fails. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemoryFaultTests {

    private static final String SMALL = Cluster.request(1, 2, 1);
    /** Trains on a few samples at a time, and looks at as many as there is memory for in its passes. */
    private static final String BROAD = request("large", "conv", 8);

    /** Its weights have 45 MB, and so do their gradients. */
    private static final String DEEP = request("tiny", "deep", 32);

    private static final long MEGABYTE = 1 << 20;
    private static final int EPOCHS = 500;

    /** Of a run that has eight in an epoch. */
    private static final int BATCHES = 8 * EPOCHS;

    private static final String LONG = Cluster.request(1, EPOCHS, 2);

    private Cluster cluster;

    @BeforeAll
    void start() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "the limit is set by prlimit");
        cluster = new Cluster("memory");
        Path large = IdxFixture.write(cluster.folder().resolve("data/large"), 256, 16, 64, 4);
        cluster.startApi();
        cluster.post("/models", "{\"name\": \"deep\", \"architecture\": \"resnet18\"}");
        cluster.post("/models", "{\"name\": \"conv\", \"architecture\": \"small-cnn\"}");
        cluster.post("/datasets", "{\"name\": \"large\", \"format\": \"idx\", \"location\": \"" + large + "\"}");
        cluster.awaitReady("large", Cluster.PATIENCE);
        cluster.startWorker(Options.none());
        cluster.undisturbed(SMALL);
    }

    @AfterEach
    void bringAHealthyWorker() {
        cluster.killWorkers();
        cluster.startWorker(Options.none());
        cluster.assertUndisturbed(cluster.submit(SMALL), SMALL);
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void scoresFewerSamplesAtATimeWhereThereIsNoMemoryForMore() {
        JsonNode expected = scores(BROAD);
        WinnowProcess tight = tightWorker(150 * MEGABYTE);
        String job = cluster.submit(BROAD);
        for (int more = 1; more <= 3 && !endsOn(tight, job); more++) {
            // oneDNN does not look whether it got the little that it asks for itself, and takes the process down.
            cluster.post("/jobs/" + job + "/cancel", "");
            tight = tightWorker((150 + 10 * more) * MEGABYTE);
            job = cluster.submit(BROAD);
        }
        JsonNode found = scoresOf(job);
        assertThat(tight.log()).contains("memory was not enough for a batch of");
        assertThat(found).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            double score = expected.get(i).asDouble();
            assertThat(found.get(i).asDouble()).isCloseTo(score, within(1e-6 * Math.max(1, Math.abs(score))));
        }
        assertThat(tight.isAlive()).isTrue();
        new Invariants(cluster.postgres()).hold();
    }

    @Test
    void failsAJobAtOnceThatThereIsNoMemoryToTrainAndDoesTheNext() {
        WinnowProcess tight = tightWorker(60 * MEGABYTE);
        String job = cluster.submit(DEEP);
        JsonNode ended = cluster.awaitEnd(job);
        assertThat(ended.get("status").asString()).as(ended.toPrettyString()).isEqualTo("FAILED");
        assertThat(ended.at("/error/title").asString()).isEqualTo("Memory exhausted");
        assertThat(ended.at("/error/detail").asString()).contains("run 0", "training.batchSize");
        assertThat(cluster.attempts(job)).isEqualTo(1);
        assertThat(ended.get("scoreSets")).isEmpty();
        assertThat(tight.isAlive()).isTrue();
        cluster.assertUndisturbed(cluster.submit(SMALL), SMALL);
    }

    /** Of a heap that is there from the start; what is compiled and loaded once comes in the first half. */
    @Test
    void growsByLessThanAMebibyteInAHundredBatches() {
        cluster.killWorkers();
        WinnowProcess worker = cluster.startWorker(Options.none().jvm("-Xms300m", "-XX:+AlwaysPreTouch"));
        String job = cluster.submit(LONG);
        cluster.awaitProgress(job, 0.5);
        long half = worker.residentMemory();
        assertThat(cluster.awaitEnd(job).get("status").asString()).isEqualTo("SUCCEEDED");
        long grown = worker.residentMemory() - half;
        System.out.printf("resident memory over %d batches: %.1f MiB more%n", BATCHES / 2, grown / (double) MEGABYTE);
        assertThat(grown).isLessThan(BATCHES / 2 / 100 * MEGABYTE);
    }

    /** Has all its libraries and threads when the limit begins. */
    private WinnowProcess tightWorker(long room) {
        cluster.killWorkers();
        WinnowProcess worker = cluster.startWorker(Options.none());
        cluster.assertUndisturbed(cluster.submit(SMALL), SMALL);
        worker.limitMemory(room);
        return worker;
    }

    private static String request(String dataset, String model, int batchSize) {
        return """
                {"dataset": "%s", "model": "%s", "methods": ["grand"], "runs": 1, "epochs": 1, "seed": 1,
                 "training": {"batchSize": %d}}""".formatted(dataset, model, batchSize);
    }

    /** Waits for the end of the job or of the process. */
    private boolean endsOn(WinnowProcess worker, String job) {
        await().atMost(Cluster.PATIENCE)
                .until(() ->
                        !worker.isAlive() || cluster.job(job).get("finishedAt").isString());
        return worker.isAlive();
    }

    private JsonNode scores(String request) {
        return scoresOf(cluster.submit(request));
    }

    private JsonNode scoresOf(String job) {
        JsonNode ended = cluster.awaitEnd(job);
        assertThat(ended.get("status").asString()).as(ended.toPrettyString()).isEqualTo("SUCCEEDED");
        return cluster.get("/score-sets/" + ended.at("/scoreSets/0/id").asString() + "/scores")
                .get("scores");
    }
}
