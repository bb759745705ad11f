package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.IdxFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** An ingest whose process dies, or loses its database or its lock, beside others that could take it up. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IngestFaultTests {

    /** As many as take some seconds. */
    private static final int SAMPLES = Cluster.count("ingested", 3_000_000);

    private Cluster cluster;
    private WinnowProcess other;
    private JsonNode undisturbed;

    @BeforeAll
    void start() throws IOException {
        cluster = new Cluster("ingest");
        cluster.startApi();
        IdxFixture.write(data(), SAMPLES, 100, 8, 4);
        register("undisturbed");
        undisturbed = cluster.awaitIngested("undisturbed");
        other = cluster.launch("api", Options.none()).awaitStart();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void ingestsTheSameBytesElsewhereWhenItsProcessIsKilled() {
        begin("killed");
        cluster.api().kill();
        cluster.startApiAgain();
        assertUndisturbed("killed");
        assertThat(logs()).contains("goes on after");
    }

    @Test
    void ingestsTheSameBytesOverAnImmediateRestartOfTheDatabase() {
        begin("restarted");
        cluster.postgres().stopImmediately();
        cluster.postgres().start();
        assertUndisturbed("restarted");
        assertThat(logs()).contains("was broken off by the database and starts again later");
    }

    /** A firewall forgets what is silent for long; the rest of the database's connections are well. */
    @Test
    void breaksOffWhenItsLockIsLostAndLeavesWhatIsThereToWhoeverTakesItNext() {
        begin("unlocked");
        cluster.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
        await().atMost(Duration.ofSeconds(20)).until(() -> logs().contains("is lost with its connection"));
        assertUndisturbed("unlocked");
    }

    /** Workers need the tensor stores only, and may be where nobody's files are. */
    @Test
    void leavesADatasetToThoseThatSeeItsFiles() {
        begin("seen");
        cluster.api().kill();
        other.kill();
        WinnowProcess blind = cluster.startWorker(
                Options.none().with("--winnow.data.roots=" + cluster.folder().resolve("nothing")));
        other = cluster.launch("api", Options.none()).awaitStart();
        cluster.startApiAgain();
        assertUndisturbed("seen");
        assertThat(blind.log()).doesNotContain("dataset seen");
        blind.kill();
    }

    private Path data() {
        return cluster.folder().resolve("data/many");
    }

    private void register(String name) {
        cluster.post("/datasets", """
                {"name": "%s", "format": "idx", "location": "%s"}""".formatted(name, data()));
    }

    /** Until it is in the midst of it, and something of it is on the disk. */
    private void begin(String name) {
        register(name);
        await("progress of " + name)
                .atMost(Cluster.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cluster.number("SELECT progress FROM dataset WHERE name = '" + name + "'") > 0.1
                        && noted(cluster.text("SELECT id FROM dataset WHERE name = '" + name + "'")));
        assertThat(cluster.text("SELECT state FROM dataset WHERE name = '" + name + "'"))
                .isEqualTo("INGESTING");
    }

    /** Whether what is done was noted, to go on from there. */
    private boolean noted(String id) {
        return Files.exists(
                cluster.folder().resolve("work/datasets").resolve(id).resolve("train.checkpoint"));
    }

    private void assertUndisturbed(String name) {
        JsonNode ended = cluster.awaitIngested(name);
        assertThat(ended.get("state").asString()).as(ended.toPrettyString()).isEqualTo("READY");
        for (String of : new String[] {"train", "test", "mean", "std", "problems"}) {
            assertThat(ended.get(of)).as(of).isEqualTo(undisturbed.get(of));
        }
        assertThat(cluster.call(cluster.api(), "GET", "/datasets/" + name + "/samples/" + (SAMPLES - 1), null, null)
                        .statusCode())
                .as("its last sample can be read")
                .isEqualTo(200);
    }

    private String logs() {
        return cluster.api().log() + other.log();
    }
}
