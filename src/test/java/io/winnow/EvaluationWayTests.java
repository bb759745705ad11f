package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Evaluations and noise audits over HTTP on the bundled pictures, with real training: nothing is replaced. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "db-scheduler.polling-interval=100ms")
@Import(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluationWayTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Path SAMPLES = Path.of("samples").toAbsolutePath();
    private static final Path FOLDER =
            Path.of("target", "evaluation-way-" + System.nanoTime()).toAbsolutePath();
    private static final String TRAINING = "\"training\": {\"learningRate\": 0.05}";

    @LocalServerPort
    int port;

    private final HttpClient http = HttpClient.newHttpClient();
    private String scoreSet;
    private String job;
    private JsonNode evaluation;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> SAMPLES);
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
    }

    @BeforeAll
    void evaluate() {
        post("/datasets", """
                {"name": "clothes", "format": "idx", "location": "%s"}
                """.formatted(SAMPLES.resolve("fashion-mnist")));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> get("/datasets/clothes").get("state").asString().equals("READY"));
        post("/models", "{\"name\": \"small\", \"architecture\": \"mlp\"}");
        JsonNode scored = succeeded(submit("/jobs", """
                {"dataset": "clothes", "model": "small", "methods": ["el2n"], "runs": 1, "epochs": 1, %s}
                """.formatted(TRAINING)));
        job = scored.get("id").asString();
        scoreSet = scored.at("/scoreSets/0/id").asString();
        evaluation = succeeded(submit("/evaluations", request(42)));
    }

    @AfterAll
    void deleteFolder() throws IOException {
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    private String request(int seed) {
        return """
                {"dataset": "clothes", "model": "small", "scoreSets": ["%s"],
                 "policies": [{"policy": "top"}, {"policy": "calibrated", "alpha": 0.2}],
                 "ratios": [0.1, 0.3, 0.5, 1.0], "runs": 2, "epochs": 2, "seed": %d, %s}
                """.formatted(scoreSet, seed, TRAINING);
    }

    @Test
    void trainsOnEveryPointAndOnRandomAndAllSamplesUnasked() {
        assertThat(evaluation.at("/progress/runs").asInt()).isEqualTo((1 + 3 + 2 * 3) * 2);
        assertThat(evaluation.at("/request/policies/1/alpha").asDouble()).isEqualTo(0.2);
        List<String> points = new ArrayList<>();
        for (JsonNode point : evaluation.get("points")) {
            points.add("%s %s %d"
                    .formatted(
                            point.get("policy").asString(),
                            point.get("ratio").asString(),
                            point.get("size").asInt()));
            assertThat(point.at("/accuracy/runs")).hasSize(2);
            assertThat(point.get("classAccuracy")).hasSize(10);
            assertThat(point.get("steps").asInt()).as("the same for all").isEqualTo(158);
            double first = point.at("/accuracy/runs/0").asDouble();
            double second = point.at("/accuracy/runs/1").asDouble();
            assertThat(point.at("/accuracy/mean").asDouble()).isCloseTo((first + second) / 2, within(1e-12));
            assertThat(point.at("/accuracy/std").asDouble())
                    .isCloseTo(Math.abs(first - second) / Math.sqrt(2), within(1e-12));
        }
        assertThat(points)
                .containsExactly(
                        "full 1 10000",
                        "random 0.1 1000",
                        "random 0.3 3000",
                        "random 0.5 5000",
                        "top 0.1 1000",
                        "top 0.3 3000",
                        "top 0.5 5000",
                        "calibrated 0.1 1000",
                        "calibrated 0.3 3000",
                        "calibrated 0.5 5000");
    }

    @Test
    void showsWhatTheFieldKnowsOfTheHardestTenth() {
        assertThat(accuracy(0)).as("all samples").isGreaterThan(0.7);
        assertThat(accuracy(1)).as("a tenth at random").isGreaterThan(0.6);
        assertThat(accuracy(4)).as("the hardest tenth").isLessThan(accuracy(1) - 0.1);
        JsonNode gain = evaluation.at("/points/4/gain");
        assertThat(gain.get("mean").asDouble()).isCloseTo(accuracy(4) - accuracy(1), within(1e-12));
        assertThat(gain.get("low").asDouble())
                .isLessThanOrEqualTo(gain.get("mean").asDouble());
        assertThat(gain.get("high").asDouble())
                .isGreaterThanOrEqualTo(gain.get("mean").asDouble());
        assertThat(evaluation.at("/points/1/gain").isNull()).isTrue();
        for (JsonNode line : evaluation.get("smallestRatios")) {
            for (JsonNode point : evaluation.get("points")) {
                if (point.get("policy").equals(line.get("policy"))
                        && !line.get("ratio").isNull()) {
                    boolean within = point.at("/accuracy/mean").asDouble() >= accuracy(0) - 0.005;
                    assertThat(within
                                    && point.get("ratio").asDouble()
                                            < line.get("ratio").asDouble())
                            .isFalse();
                }
            }
        }
        assertThat(evaluation.get("smallestRatios")).hasSize(3);
    }

    @Test
    void tellsWhatScoringCostAndWhatRetrainingSaves() {
        double scoring = get("/jobs/" + job).at("/runResults/0/seconds").asDouble();
        JsonNode costs = evaluation.at("/points/4/costs");
        assertThat(costs.get("scoringSeconds").asDouble()).isCloseTo(scoring, within(1e-9));
        double retrain = costs.get("trainSeconds").asDouble() * 2 * 8 / 158;
        assertThat(costs.get("retrainSeconds").asDouble()).isCloseTo(retrain, within(1e-9));
        double saved = evaluation.at("/points/0/costs/trainSeconds").asDouble() - retrain;
        assertThat(costs.get("secondsSaved").asDouble()).isCloseTo(saved, within(1e-9));
        if (saved > 0) {
            assertThat(costs.get("retrainingsUntilItPays").asLong()).isEqualTo((long) Math.ceil(scoring / saved));
        }
        assertThat(evaluation.at("/points/1/costs/scoringSeconds").asDouble()).isZero();
    }

    @Test
    void findsTheSameAccuraciesToTheBitForTheSameSeedAndOthersForAnother() {
        JsonNode again = succeeded(submit("/evaluations", request(42)));
        for (int p = 0; p < 10; p++) {
            String accuracy = "/points/%d/accuracy".formatted(p);
            String byClass = "/points/%d/classAccuracy".formatted(p);
            assertThat(again.at(accuracy)).isEqualTo(evaluation.at(accuracy));
            assertThat(again.at(byClass)).isEqualTo(evaluation.at(byClass));
        }
        JsonNode other = succeeded(submit("/evaluations", """
                {"dataset": "clothes", "model": "small", "scoreSets": ["%s"], "ratios": [0.3], "runs": 1, "epochs": 2,
                 "seed": 43, "steps": "epochs", %s}
                """.formatted(scoreSet, TRAINING)));
        assertThat(other.at("/points/0/accuracy/runs/0")).isNotEqualTo(evaluation.at("/points/0/accuracy/runs/0"));
        assertThat(other.at("/points/1/steps").asInt()).isEqualTo(2 * 24);
        assertThat(other.at("/points/2/gain/low").isNull()).isTrue();
    }

    @Test
    void drawsAndExportsThePoints() throws Exception {
        String path = "/evaluations/" + evaluation.get("id").asString();
        HttpResponse<byte[]> svg = bytes(path + "/plot.svg");
        assertThat(svg.headers().firstValue("Content-Type").orElseThrow()).startsWith("image/svg+xml");
        assertThat(new String(svg.body(), StandardCharsets.UTF_8)).doesNotContain("DOCTYPE");
        assertThat(DocumentBuilderFactory.newDefaultNSInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(svg.body()))
                        .getDocumentElement()
                        .getElementsByTagName("path")
                        .getLength())
                .as("lines, bands and letters")
                .isGreaterThan(20);
        HttpResponse<byte[]> png = bytes(path + "/plot.png");
        assertThat(ImageIO.read(new ByteArrayInputStream(png.body())).getWidth())
                .isEqualTo(960);
        String[] lines = new String(bytes(path + "/points.csv").body(), StandardCharsets.UTF_8).split("\r\n");
        assertThat(lines).hasSize(11);
        assertThat(lines[0]).startsWith("scoreSet,method,policy,parameters,ratio,size,runs,accuracy,std");
        assertThat(lines[8]).contains("el2n,calibrated,alpha=0.2,0.1,1000,2," + accuracy(7));
    }

    @Test
    void keepsEvaluationsAndJobsApartAndListsThem() {
        String id = evaluation.get("id").asString();
        assertThat(call("GET", "/jobs/" + id, "").statusCode()).isEqualTo(404);
        assertThat(call("GET", "/evaluations/" + job, "").statusCode()).isEqualTo(404);
        assertThat(call("DELETE", "/jobs/" + id, "").statusCode()).isEqualTo(404);
        for (JsonNode listed : get("/jobs").get("items")) {
            assertThat(listed.get("id").asString()).isNotEqualTo(id);
        }
        JsonNode list = get("/evaluations?dataset=clothes&status=SUCCEEDED");
        assertThat(list.get("totalItems").asInt()).isGreaterThanOrEqualTo(1);
        assertThat(list.at("/items/0").has("points")).isFalse();
        String events = call("GET", "/evaluations/" + id + "/events", "").body();
        assertThat(events).contains("event:status").contains("SUCCEEDED");
    }

    @Test
    void endsAnEvaluationThatIsCancelledAndDeletesIt() {
        String location = submit("/evaluations", """
                {"dataset": "clothes", "model": "small", "scoreSets": ["%s"], "epochs": 5000, "priority": -5}
                """.formatted(scoreSet));
        assertThat(call("DELETE", location, "").statusCode()).isEqualTo(409);
        assertThat(call("POST", location + "/cancel", "").statusCode()).isEqualTo(202);
        assertThat(get(location).get("status").asString()).isEqualTo("CANCELLED");
        assertThat(call("GET", location + "/plot.svg", "").statusCode()).isEqualTo(409);
        assertThat(call("DELETE", location, "").statusCode()).isEqualTo(204);
        assertThat(call("GET", location, "").statusCode()).isEqualTo(404);
    }

    @Test
    void refusesARequestNamingAllThatIsWrong() {
        HttpResponse<String> answer = call("POST", "/evaluations", """
                {"dataset": "none", "model": "small", "scoreSets": ["x"], "ratios": [0, 2], "runs": 0, "steps": "some",
                 "policies": [{"policy": "best"}, {"policy": "top", "alpha": 1}], "colour": 1}
                """);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"dataset\"", "scoreSets[0]", "ratios[0]", "ratios[1]", "\"runs\"", "\"steps\"")
                .contains("policies[0].policy", "policies[1].alpha", "\"colour\"");
        assertThat(call("POST", "/evaluations", """
                {"dataset": "clothes", "model": "small", "scoreSets": ["00000000-0000-0000-0000-000000000000"]}
                """).body()).contains("scoreSets[0]", "GET /score-sets");
    }

    @Test
    void findsWrongLabelsByPlantingSome() {
        long sets = get("/score-sets").get("totalItems").asLong();
        JsonNode audit = succeeded(submit("/noise-audits", """
                {"dataset": "clothes", "model": "small", "runs": 2, "epochs": 3, "methods": ["el2n", "aum"], %s}
                """.formatted(TRAINING)));
        JsonNode report = audit.get("report");
        assertThat(report.get("planted").asInt()).isEqualTo(500);
        assertThat(report.get("methods")).hasSize(2);
        assertThat(report.at("/best/auroc").asDouble()).isGreaterThan(0.85);
        assertThat(report.at("/best/precision").asDouble()).isGreaterThan(0.3);
        assertThat(report.at("/cut/plantedFound").asDouble()).isGreaterThan(0.05);
        int suspects = report.at("/cut/suspects").asInt();
        assertThat(suspects).isPositive();
        assertThat(report.get("suspects")).hasSize(Math.min(1_000, suspects));
        JsonNode first = report.at("/suspects/0");
        assertThat(get("/datasets/clothes/samples/" + first.get("sample").asInt())
                        .get("label")
                        .asInt())
                .as("the label that it came with")
                .isEqualTo(first.get("label").asInt());
        assertThat(report.get("windows")).hasSize(3 * 7);
        assertThat(get("/score-sets").get("totalItems").asLong())
                .as("none is left of spoilt labels")
                .isEqualTo(sets);
    }

    @Test
    void reportsOnLabelsThatWereSpoiltByAMapOfClasses() {
        JsonNode spoilt = succeeded(submit("/jobs", """
                {"dataset": "clothes", "model": "small", "methods": ["el2n"], "runs": 1, "epochs": 2, %s,
                 "labelNoise": {"kind": "asymmetric", "fraction": 0.2, "classes": {"7": "9", "9": "7"}}}
                """.formatted(TRAINING)));
        JsonNode dataset = get("/datasets/clothes");
        int counted = dataset.at("/train/classCounts/7").asInt()
                + dataset.at("/train/classCounts/9").asInt();
        assertThat(spoilt.at("/labelNoise/injected").asInt()).isEqualTo((int) Math.floor(0.2 * counted + 0.5));
        assertThat(spoilt.at("/labelNoise/methods/0/auroc").asDouble()).isGreaterThan(0.7);
        assertThat(call("POST", "/jobs", """
                {"dataset": "clothes", "model": "small",
                 "labelNoise": {"kind": "asymmetric", "fraction": 0.2, "classes": {"7": "boot"}}}
                """).body()).contains("labelNoise.classes");
    }

    private double accuracy(int point) {
        return evaluation.at("/points/%d/accuracy/mean".formatted(point)).asDouble();
    }

    private JsonNode succeeded(String location) {
        JsonNode ended = await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> get(location), found -> !found.get("finishedAt").isNull());
        assertThat(ended.get("status").asString())
                .as(ended.get("error").toString())
                .isEqualTo("SUCCEEDED");
        return ended;
    }

    private String submit(String path, String body) {
        HttpResponse<String> answer = call("POST", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private void post(String path, String body) {
        assertThat(call("POST", path, body).statusCode()).isBetween(200, 202);
    }

    private JsonNode get(String path) {
        HttpResponse<String> answer = call("GET", path, "");
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<byte[]> bytes(String path) throws Exception {
        HttpResponse<byte[]> answer =
                http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer;
    }

    private HttpResponse<String> call(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
