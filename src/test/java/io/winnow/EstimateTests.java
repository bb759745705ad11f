package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.winnow.surrogate.djl.ScriptFixture;
import io.winnow.testing.Form;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/** What jobs are foreseen to take, and jobs of an uploaded model, through the whole service. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"winnow.jobs.estimates=true", "winnow.models.torchscript.enabled=true"})
@Import(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EstimateTests {

    private static final Path FOLDER =
            Path.of("target", "estimates-" + System.nanoTime()).toAbsolutePath();

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
    void register() throws Exception {
        dataset("clothes-like", 1_500, 28, 10);
        dataset("few", 600, 28, 10);
        dataset("tiny", 40, 8, 3);
        assertThat(winnow.post("/models", "{\"name\": \"small\", \"architecture\": \"small-cnn\"}")
                        .statusCode())
                .isEqualTo(201);
        Form form = new Form()
                .text("metadata", "{\"name\": \"mine\", \"initialise\": \"reset\"}")
                .file("file", "net.pt", Files.readAllBytes(ScriptFixture.file("small-2.7.pt")));
        assertThat(winnow.post("/models", form).statusCode()).isEqualTo(201);
    }

    private void dataset(String name, int samples, int side, int classes) throws IOException {
        Path data = IdxFixture.write(FOLDER.resolve("data/" + name), samples, samples / 3, side, classes);
        winnow.post("/datasets", "{\"name\": \"%s\", \"format\": \"idx\", \"location\": \"%s\"}".formatted(name, data));
        winnow.ready(name);
    }

    @AfterAll
    void deleteFolder() throws IOException {
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    @Test
    void foreseesTheTimeOfAJobAndMakesNone() {
        String body = """
                {"dataset": "clothes-like", "model": "small", "methods": ["el2n", "grand", "moso"], "runs": 1, "epochs": 2,
                 "options": {"stages": 2}}
                """;
        long jobs = jobs();
        JsonNode dry = json(winnow.post("/jobs?dryRun=true", body), 200);
        assertThat(jobs()).isEqualTo(jobs);
        JsonNode estimate = dry.get("estimate");
        assertThat(dry.get("reason").isNull()).isTrue();
        assertThat(estimate.get("totalSeconds").asDouble())
                .isCloseTo(
                        estimate.get("trainingSeconds").asDouble()
                                + estimate.get("scoringSeconds").asDouble(),
                        within(1e-9));
        assertThat(estimate.get("memoryBytes").asLong()).isBetween(1L << 20, 8L << 30);
        assertThat(estimate.at("/methods/2/method").asString()).isEqualTo("moso");
        assertThat(estimate.at("/methods/2/seconds").asDouble())
                .isGreaterThan(estimate.at("/methods/0/seconds").asDouble());

        JsonNode accepted = json(winnow.post("/jobs", body), 202);
        assertThat(accepted.get("estimate")).isEqualTo(estimate);
        JsonNode ended = winnow.succeeded("/jobs/" + accepted.get("id").asString());
        double seconds = 0;
        for (JsonNode run : ended.get("runResults")) {
            seconds += run.get("seconds").asDouble();
        }
        // A factor of two on a quiet machine; the tests' is not.
        assertThat(estimate.get("totalSeconds").asDouble() / seconds).isBetween(1 / 3.0, 3.0);
    }

    @Test
    void foreseesTheTimeOfAnEvaluationAndStartsNone() {
        String scores = "0.5, ".repeat(1_499) + "1";
        String set = json(
                        winnow.post(
                                "/score-sets",
                                "{\"name\": \"s\", \"dataset\": \"clothes-like\", \"method\": \"m\", \"keeps\": \"HIGHEST\", \"scores\": ["
                                        + scores + "]}"),
                        201)
                .get("id")
                .asString();
        String body = """
                {"dataset": "clothes-like", "model": "small", "scoreSets": ["%s"], "ratios": [0.1, 0.5], "runs": %d,
                 "epochs": 2}
                """;
        JsonNode one = json(winnow.post("/evaluations?dryRun=true", body.formatted(set, 1)), 200);
        JsonNode three = json(winnow.post("/evaluations?dryRun=true", body.formatted(set, 3)), 200);
        assertThat(one.get("points").asInt()).isEqualTo(5);
        assertThat(three.get("trainings").asInt()).isEqualTo(15);
        assertThat(one.get("totalSeconds").asDouble()).isPositive();
        assertThat(three.get("totalSeconds").asDouble())
                .isCloseTo(3 * one.get("totalSeconds").asDouble(), within(1e-6));
        assertThat(winnow.read("/evaluations").get("totalItems").asInt()).isZero();
        assertThat(winnow.post("/evaluations?dryRun=true", "{\"dataset\": \"none\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void foreseesTheTimeOfStudiesAndMakesNone() {
        JsonNode kernels = estimateOfStudy("\"study\": \"ntk-velocity\", \"at\": [0], \"samples\": 16");
        JsonNode more = estimateOfStudy("\"study\": \"ntk-velocity\", \"at\": [0, 1], \"samples\": 16");
        double training = kernels.get("trainingSeconds").asDouble();
        double passes = kernels.get("scoringSeconds").asDouble();
        assertThat(training).isPositive();
        assertThat(passes).isPositive();
        assertThat(more.get("trainingSeconds").asDouble())
                .as("of two epochs, where there was one")
                .isCloseTo(2 * training, within(1e-9 * training));
        assertThat(more.get("scoringSeconds").asDouble())
                .as("of three kernels, where there were two")
                .isCloseTo(1.5 * passes, within(1e-9 * passes));
        assertThat(more.get("methods")).isEmpty();
        JsonNode paths = estimateOfStudy("\"study\": \"mode-connectivity\", \"at\": [1], \"alphas\": 5");
        assertThat(paths.get("trainingSeconds").asDouble())
                .as("of one epoch of the parent and twice two of the children, where there was one")
                .isBetween(training, 50 * training);
        assertThat(winnow.read("/dynamics").get("totalItems").asLong()).isZero();
    }

    private JsonNode estimateOfStudy(String study) {
        String body = "{\"dataset\": \"clothes-like\", \"model\": \"small\", \"runs\": 2, \"epochs\": 3, %s}"
                .formatted(study);
        return await().atMost(Duration.ofMinutes(2))
                .until(
                        () -> json(winnow.post("/dynamics?dryRun=true", body), 200)
                                .get("estimate"),
                        estimate -> !estimate.isNull());
    }

    @Test
    void refusesADryRunAsItWouldTheJob() {
        assertThat(winnow.post("/jobs?dryRun=true", "{\"dataset\": \"tiny\", \"model\": \"none\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void scoresWithAnUploadedModelAndTellsWhatSingleSamplePassesCost() {
        String body = """
                {"dataset": "few", "model": "mine", "methods": ["el2n", "grand", "aum", "moso"], "runs": 1,
                 "epochs": 1, "training": {"batchSize": 32}, "options": {"stages": 1}}
                """;
        JsonNode estimate = json(winnow.post("/jobs?dryRun=true", body), 200).get("estimate");
        assertThat(estimate.at("/methods/1/seconds").asDouble())
                .as("gradients one by one cost more than logits in batches")
                .isGreaterThan(3 * estimate.at("/methods/0/seconds").asDouble());

        JsonNode ended = winnow.succeeded(
                "/jobs/" + json(winnow.post("/jobs", body), 202).get("id").asString());
        assertThat(ended.get("scoreSets")).hasSize(4);
        assertThat(ended.at("/runResults/0/testAccuracy").asDouble()).isGreaterThan(0.2);
    }

    @Test
    void refusesAJobThatAnUploadedModelCannotDo() {
        HttpResponse<String> shape = winnow.post("/jobs", "{\"dataset\": \"tiny\", \"model\": \"mine\"}");
        assertThat(shape.statusCode()).isEqualTo(422);
        assertThat(shape.body()).contains("'mine' cannot be trained on dataset 'tiny'", "[1, 8, 8]");

        HttpResponse<String> method = winnow.post(
                "/jobs", "{\"dataset\": \"clothes-like\", \"model\": \"mine\", \"methods\": [\"grand-last\"]}");
        assertThat(method.statusCode()).isEqualTo(400);
        assertThat(method.body()).contains("methods[0]", "input of the last linear layer");
    }

    private long jobs() {
        return jdbc.sql("SELECT count(*) FROM job").query(Long.class).single();
    }

    private static JsonNode json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return WinnowClient.json(answer);
    }
}
