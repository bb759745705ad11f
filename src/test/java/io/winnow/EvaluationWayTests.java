package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** Evaluations and noise audits over HTTP on the bundled pictures, with real training: nothing is replaced. */
class EvaluationWayTests extends ClothesTests {

    private static final Path FOLDER = folder("evaluation-way");

    private String scoreSet;
    private String job;
    private JsonNode evaluation;

    EvaluationWayTests() {
        super(FOLDER);
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        settings(properties, FOLDER);
    }

    /** Of two policies, three ratios and two runs on a real slice: minutes are what a user would wait at most. */
    @BeforeAll
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void evaluate() {
        JsonNode scored = scored("el2n", 1);
        job = scored.get("id").asString();
        scoreSet = scored.at("/scoreSets/0/id").asString();
        evaluation = winnow.succeeded(winnow.accepted("/evaluations", request(42, "0.1, 0.3, 0.5, 1.0")));
    }

    private String request(int seed, String ratios) {
        return """
                {"dataset": "clothes", "model": "small", "scoreSets": ["%s"],
                 "policies": [{"policy": "top"}, {"policy": "calibrated", "alpha": 0.2}],
                 "ratios": [%s], "runs": 2, "epochs": 2, "seed": %d, %s}
                """.formatted(scoreSet, ratios, seed, TRAINING);
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
        double scoring = winnow.read("/jobs/" + job).at("/runResults/0/seconds").asDouble();
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

    /** A training of a point is the same whatever other points there are. */
    @Test
    void findsTheSameAccuraciesToTheBitForTheSameSeedAndOthersForAnother() {
        JsonNode again = winnow.succeeded(winnow.accepted("/evaluations", request(42, "0.3, 0.1")));
        int[] points = {0, 1, 2, 4, 5, 7, 8};
        for (int p = 0; p < points.length; p++) {
            for (String what : List.of("/points/%d/accuracy", "/points/%d/classAccuracy")) {
                assertThat(again.at(what.formatted(p))).isEqualTo(evaluation.at(what.formatted(points[p])));
            }
        }
        JsonNode other = winnow.succeeded(winnow.accepted("/evaluations", """
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
        HttpResponse<byte[]> svg = winnow.bytes(path + "/plot.svg");
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
        HttpResponse<byte[]> png = winnow.bytes(path + "/plot.png");
        assertThat(ImageIO.read(new ByteArrayInputStream(png.body())).getWidth())
                .isEqualTo(960);
        String[] lines = new String(winnow.bytes(path + "/points.csv").body(), StandardCharsets.UTF_8).split("\r\n");
        assertThat(lines).hasSize(11);
        assertThat(lines[0]).startsWith("scoreSet,method,policy,parameters,ratio,size,runs,accuracy,std");
        assertThat(lines[8]).contains("el2n,calibrated,alpha=0.2,0.1,1000,2," + accuracy(7));
    }

    @Test
    void keepsEvaluationsAndJobsApartAndListsThem() {
        String id = evaluation.get("id").asString();
        assertThat(winnow.get("/jobs/" + id).statusCode()).isEqualTo(404);
        assertThat(winnow.get("/evaluations/" + job).statusCode()).isEqualTo(404);
        assertThat(winnow.delete("/jobs/" + id).statusCode()).isEqualTo(404);
        for (JsonNode listed : winnow.read("/jobs").get("items")) {
            assertThat(listed.get("id").asString()).isNotEqualTo(id);
        }
        JsonNode list = winnow.read("/evaluations?dataset=clothes&status=SUCCEEDED");
        assertThat(list.get("totalItems").asInt()).isGreaterThanOrEqualTo(1);
        assertThat(list.at("/items/0").has("points")).isFalse();
        String events = winnow.get("/evaluations/" + id + "/events").body();
        assertThat(events).contains("event:status").contains("SUCCEEDED");
    }

    @Test
    void endsAnEvaluationThatIsCancelledAndDeletesIt() {
        String location = winnow.accepted("/evaluations", """
                {"dataset": "clothes", "model": "small", "scoreSets": ["%s"], "epochs": 5000, "priority": -5}
                """.formatted(scoreSet));
        assertThat(winnow.delete(location).statusCode()).isEqualTo(409);
        assertThat(winnow.post(location + "/cancel", "").statusCode()).isEqualTo(202);
        assertThat(winnow.read(location).get("status").asString()).isEqualTo("CANCELLED");
        assertThat(winnow.get(location + "/plot.svg").statusCode()).isEqualTo(409);
        assertThat(winnow.delete(location).statusCode()).isEqualTo(204);
        assertThat(winnow.get(location).statusCode()).isEqualTo(404);
    }

    @Test
    void givesTheSameEvaluationForTheSameKeyThoughItsScoresAreGone() {
        JsonNode scores = scored("random", 1);
        String body = """
                {"dataset": "clothes", "model": "small", "scoreSets": ["%s"], "epochs": 5000, "priority": -5}
                """.formatted(scores.at("/scoreSets/0/id").asString());
        String location = winnow.accepted("/evaluations", body, "Idempotency-Key", "again");
        assertThat(winnow.post(location + "/cancel", "").statusCode()).isEqualTo(202);
        assertThat(winnow.delete("/jobs/" + scores.get("id").asString()).statusCode())
                .isEqualTo(204);
        assertThat(winnow.post("/evaluations", body).statusCode())
                .as("without the key")
                .isEqualTo(400);
        assertThat(winnow.accepted("/evaluations", body, "Idempotency-Key", "again"))
                .isEqualTo(location);
        assertThat(winnow.post("/evaluations", request(44, "0.1"), "Idempotency-Key", "again")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void givesTheSameAuditForTheSameKeyThoughItsDatasetIsGone() {
        registerClothes("old-clothes");
        String body = """
                {"dataset": "old-clothes", "model": "small", "epochs": 5000, "priority": -5}
                """;
        String location = winnow.accepted("/noise-audits", body, "Idempotency-Key", "audit");
        assertThat(winnow.post(location + "/cancel", "").statusCode()).isEqualTo(202);
        assertThat(winnow.delete("/datasets/old-clothes").statusCode()).isEqualTo(204);
        assertThat(winnow.post("/noise-audits", body).statusCode())
                .as("without the key")
                .isEqualTo(400);
        assertThat(winnow.accepted("/noise-audits", body, "Idempotency-Key", "audit"))
                .isEqualTo(location);
    }

    @Test
    void refusesARequestNamingAllThatIsWrong() {
        HttpResponse<String> answer = winnow.post("/evaluations", """
                {"dataset": "none", "model": "small", "scoreSets": ["x"], "ratios": [0, 2], "runs": 0, "steps": "some",
                 "policies": [{"policy": "best"}, {"policy": "top", "alpha": 1}], "colour": 1}
                """);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"dataset\"", "scoreSets[0]", "ratios[0]", "ratios[1]", "\"runs\"", "\"steps\"")
                .contains("policies[0].policy", "policies[1].alpha", "\"colour\"");
        assertThat(winnow.post("/evaluations", """
                {"dataset": "clothes", "model": "small", "scoreSets": ["00000000-0000-0000-0000-000000000000"]}
                """).body()).contains("scoreSets[0]", "GET /score-sets");
    }

    @Test
    void keepsTheScoresOfAJobWhileAnEvaluationReadsThem() {
        String running = winnow.accepted("/evaluations", request(44, "0.1, 0.3"));
        HttpResponse<String> refused = winnow.delete("/jobs/" + job);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("evaluation " + running.substring(running.lastIndexOf('/') + 1));
        winnow.post(running + "/cancel", "");
        assertThat(winnow.get("/score-sets/" + scoreSet).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesToAuditByAMapThatChangesNoLabel() {
        HttpResponse<String> same = winnow.post("/noise-audits", """
                {"dataset": "clothes", "model": "small", "classes": {"7": "7"}}
                """);
        assertThat(same.statusCode()).isEqualTo(400);
        assertThat(same.body()).contains("\"classes.7\"", "must become another class");
        assertThat(winnow.post("/noise-audits", """
                {"dataset": "clothes", "model": "small", "classes": {"7": "boot"}}
                """).body()).contains("\"field\":\"classes\"");
    }

    @Test
    void findsWrongLabelsByPlantingSome() {
        long sets = winnow.read("/score-sets").get("totalItems").asLong();
        JsonNode audit = winnow.succeeded(winnow.accepted("/noise-audits", """
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
        assertThat(winnow.read("/datasets/clothes/samples/"
                                + first.get("sample").asInt())
                        .get("label")
                        .asInt())
                .as("the label that it came with")
                .isEqualTo(first.get("label").asInt());
        assertThat(report.get("windows")).hasSize(3 * 7);
        assertThat(winnow.read("/score-sets").get("totalItems").asLong())
                .as("none is left of spoilt labels")
                .isEqualTo(sets);
    }

    @Test
    void reportsOnLabelsThatWereSpoiltByAMapOfClasses() {
        JsonNode spoilt = winnow.succeeded(winnow.accepted("/jobs", """
                {"dataset": "clothes", "model": "small", "methods": ["el2n"], "runs": 1, "epochs": 2, %s,
                 "labelNoise": {"kind": "asymmetric", "fraction": 0.2, "classes": {"7": "9", "9": "7"}}}
                """.formatted(TRAINING)));
        JsonNode dataset = winnow.read("/datasets/clothes");
        int counted = dataset.at("/train/classCounts/7").asInt()
                + dataset.at("/train/classCounts/9").asInt();
        assertThat(spoilt.at("/labelNoise/injected").asInt()).isEqualTo((int) Math.floor(0.2 * counted + 0.5));
        assertThat(spoilt.at("/labelNoise/methods/0/auroc").asDouble()).isGreaterThan(0.7);
        assertThat(winnow.post("/jobs", """
                {"dataset": "clothes", "model": "small",
                 "labelNoise": {"kind": "asymmetric", "fraction": 0.2, "classes": {"7": "boot"}}}
                """).body()).contains("labelNoise.classes");
    }

    private double accuracy(int point) {
        return evaluation.at("/points/%d/accuracy/mean".formatted(point)).asDouble();
    }
}
