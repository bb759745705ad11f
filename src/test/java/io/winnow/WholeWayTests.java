package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.IdxFixture;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** From files to published scores over HTTP, with real training: nothing is replaced. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeWayTests {

    /** Under target, not a temporary directory of the test framework: stores stay mapped until the context closes. */
    private static final Path FOLDER =
            Path.of("target", "whole-way-" + System.nanoTime()).toAbsolutePath();

    private static final int SAMPLES = 210;

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    private final WinnowClient winnow = new WinnowClient(() -> port);

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> FOLDER.resolve("data"));
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
    }

    @BeforeAll
    void register() throws IOException {
        Path data = IdxFixture.write(FOLDER.resolve("data/bright"), SAMPLES, 60, 8, 3);
        assertThat(Files.exists(data.resolve("train-images-idx3-ubyte"))).isTrue();
        winnow.send("/datasets", "{\"name\": \"bright\", \"format\": \"idx\", \"location\": \"%s\"}".formatted(data));
        winnow.ready("bright");
        winnow.send("/models", "{\"name\": \"small\", \"architecture\": \"small-cnn\"}");
    }

    @AfterAll
    void deleteFolder() throws IOException {
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    @Test
    void givesTheSameScoresToTheBitForTheSameSeedAndOthersForAnother() {
        JsonNode first = winnow.succeeded(job(5, ""));
        JsonNode second = winnow.succeeded(job(5, ""));
        JsonNode other = winnow.succeeded(job(6, ""));

        assertThat(first.get("scoreSets")).hasSize(2 * 2 + 1);
        assertThat(first.get("runResults")).hasSize(2);
        for (JsonNode run : first.get("runResults")) {
            assertThat(run.get("testAccuracy").asDouble())
                    .as("brightness is easily learned")
                    .isGreaterThan(0.9);
        }
        Map<String, String> scores = scoresOf(first);
        assertThat(scores.keySet()).containsExactly("el2n@1", "el2n@3", "forgetting@3", "grand@1", "grand@3");
        assertThat(scoresOf(second)).isEqualTo(scores);
        assertThat(scoresOf(other).get("el2n@3")).isNotEqualTo(scores.get("el2n@3"));
    }

    @Test
    void failsAJobWhoseTrainingDivergesAndAdvisesALowerLearningRate() {
        String job = job(1, ", \"training\": {\"learningRate\": 1e30, \"schedule\": {\"type\": \"constant\"}}");
        JsonNode ended = winnow.ended(job);
        assertThat(ended.get("status").asString()).isEqualTo("FAILED");
        assertThat(ended.at("/error/detail").asString()).contains("run 0", "epoch 1", "step", "lower");
        assertThat(ended.get("runResults")).isEmpty();
    }

    @Test
    void keepsADatasetThatAJobUsesAndLetsItGoAfterACancel() {
        String job = job(1, ", \"epochs\": 10000, \"scoreAt\": [1]");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> winnow.read(job).get("status").asString().equals("RUNNING"));
        HttpResponse<String> refused = winnow.delete("/datasets/bright");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains(job.substring("/jobs/".length()));
        assertThat(winnow.send(job + "/cancel", "").get("status").asString()).isEqualTo("CANCELLED");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> jdbc.sql("SELECT count(*) FROM scheduled_tasks")
                                .query(Long.class)
                                .single()
                        == 0);
    }

    @Test
    void findsSpoiltLabelsOfAnEasyDataset() {
        JsonNode job = winnow.succeeded(job(2, ", \"labelNoise\": {\"fraction\": 0.1, \"seed\": 1}"));
        assertThat(job.at("/labelNoise/injected").asInt()).isEqualTo(21);
        for (JsonNode method : job.at("/labelNoise/methods")) {
            if (method.get("method").asString().equals("el2n")
                    && method.get("epoch").asInt() == 3) {
                assertThat(method.get("auroc").asDouble()).isGreaterThan(0.8);
            }
        }
    }

    private String job(long seed, String more) {
        String epochs = more.contains("epochs") ? "" : ", \"epochs\": 3, \"scoreAt\": [1, 3]";
        return "/jobs/"
                + winnow.send("/jobs", """
                        {"dataset": "bright", "model": "small", "methods": ["el2n", "grand", "forgetting"], "runs": 2,
                         "seed": %d%s%s}
                        """.formatted(seed, epochs, more))
                        .get("id")
                        .asString();
    }

    /** The scores of each set as text that tells every bit. */
    private Map<String, String> scoresOf(JsonNode job) {
        Map<String, String> scores = new TreeMap<>();
        for (JsonNode set : job.get("scoreSets")) {
            List<String> bits = new ArrayList<>(jdbc.sql("""
                            SELECT encode(float4send(score), 'hex') FROM sample_score
                             WHERE score_set_id = :id ORDER BY sample_index
                            """)
                    .param("id", UUID.fromString(set.get("id").asString()))
                    .query(String.class)
                    .list());
            assertThat(bits).hasSize(SAMPLES);
            scores.put(set.get("method").asString() + "@" + set.get("epoch").asInt(), String.join("", bits));
        }
        return scores;
    }
}
