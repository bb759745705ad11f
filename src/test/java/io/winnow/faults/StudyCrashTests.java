package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Studies of training dynamics whose workers are killed. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StudyCrashTests {

    private Cluster cluster;

    @BeforeAll
    void start() {
        cluster = new Cluster("study");
        cluster.startApi();
        cluster.keepWorkers(1, Options.none());
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"study\": \"mode-connectivity\", \"at\": [0, 100, 200], \"alphas\": 21, \"epochs\": 300",
                "\"study\": \"ntk-velocity\", \"at\": [0, 1000, 2000, 2999], \"samples\": 32, \"epochs\": 3000",
            })
    void findsTheSameNumbersWhereverItsWorkerIsKilled(String study) {
        String request =
                "{\"dataset\": \"tiny\", \"model\": \"net\", %s, \"runs\": 2, \"training\": {\"batchSize\": 32}}"
                        .formatted(study);
        JsonNode undisturbed = ended(submit(request));
        for (double fraction : new double[] {0.1, 0.4, 0.7}) {
            String id = submit(request);
            cluster.awaitProgress(id, fraction);
            assertThat(cluster.killWorkerOf(id)).as("it was at work").isTrue();
            cluster.keepWorkers(1, Options.none());
            JsonNode found = ended(id);
            assertThat(cluster.attempts(id)).as("begun anew by another").isGreaterThan(2);
            assertThat(found.get("series")).isEqualTo(undisturbed.get("series"));
        }
    }

    private String submit(String request) {
        return cluster.post("/dynamics", request).get("id").asString();
    }

    private JsonNode ended(String id) {
        JsonNode found = cluster.awaitEndOf("/dynamics/" + id, Cluster.PATIENCE);
        assertThat(found.get("status").asString()).as(found.toPrettyString()).isEqualTo("SUCCEEDED");
        return found;
    }
}
