package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Evaluations whose workers are killed. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluationCrashTests {

    private Cluster cluster;
    private String request;

    @BeforeAll
    void start() {
        cluster = new Cluster("evaluation");
        cluster.startApi();
        cluster.keepWorkers(1, Options.none());
        String job = cluster.submit(Cluster.request(1, 2, 1));
        String set = cluster.awaitEnd(job).at("/scoreSets/0/id").asString();
        request = """
                {"dataset": "tiny", "model": "net", "scoreSets": ["%s"], "policies": [{"policy": "top"}], "ratios": [0.5],
                 "runs": 2, "epochs": %d, "seed": 1, "training": {"batchSize": 32}}""".formatted(set, Cluster.count("epochs", 500));
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void findsTheSameAccuraciesWhereverItsWorkersAreKilled() {
        JsonNode undisturbed = ended(submit());
        assertThat(undisturbed.at("/points"))
                .as("all samples, random ones, the best")
                .hasSize(3);
        String id = submit();
        int kills = 0;
        for (double fraction : new double[] {0.2, 0.5, 0.8}) {
            cluster.awaitProgress(id, fraction);
            kills += cluster.killWorkerOf(id) ? 1 : 0;
            cluster.keepWorkers(1, Options.none());
        }
        JsonNode found = ended(id);
        assertThat(kills).as("kills that hit it at work").isPositive();
        assertThat(cluster.attempts(id)).as("begun anew by another").isEqualTo(6 + kills);
        assertThat(found.get("points")).isEqualTo(undisturbed.get("points"));
        assertThat(found.get("smallestRatios")).isEqualTo(undisturbed.get("smallestRatios"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> new Invariants(cluster.postgres()).orphanTasks().isEmpty());
    }

    private String submit() {
        return cluster.post("/evaluations", request).get("id").asString();
    }

    /** What it found, without the times that it took. */
    private JsonNode ended(String id) {
        JsonNode found = cluster.awaitEndOf("/evaluations/" + id, Cluster.PATIENCE);
        assertThat(found.get("status").asString()).as(found.toPrettyString()).isEqualTo("SUCCEEDED");
        found.get("points").forEach(point -> ((ObjectNode) point).remove("costs"));
        return found;
    }
}
