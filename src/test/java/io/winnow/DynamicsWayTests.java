package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** Studies of training dynamics over HTTP on the bundled pictures, with real training: nothing is replaced. */
class DynamicsWayTests extends ClothesTests {

    private static final Path FOLDER = folder("dynamics-way");

    private String scoreSet;
    private JsonNode connectivity;
    private JsonNode velocity;

    DynamicsWayTests() {
        super(FOLDER);
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        settings(properties, FOLDER);
    }

    @BeforeAll
    void study() {
        winnow.send(
                "/models", "{\"name\": \"cnn\", \"architecture\": \"plain-cnn\", \"options\": {\"channels\": [4, 8]}}");
        JsonNode scored = scored("el2n", 2);
        scoreSet = scored.at("/scoreSets/0/id").asString();
        winnow.send("/subsets", """
                {"name": "hardest", "scoreSet": "%s", "policy": "top", "ratio": 0.02}
                """.formatted(scoreSet));
        connectivity = winnow.succeeded(winnow.accepted("/dynamics", connectivity(2, 42)));
        velocity = winnow.succeeded(winnow.accepted("/dynamics", velocity()));
    }

    private String connectivity(int runs, int seed) {
        return """
                {"dataset": "clothes", "model": "small", "study": "mode-connectivity", "scoreSet": "%s", "groups": 5,
                 "subsets": [{"name": "hardest fiftieth", "subset": "hardest"}], "at": [0, 2], "alphas": 5,
                 "runs": %d, "epochs": 3, "seed": %d, %s}
                """.formatted(scoreSet, runs, seed, TRAINING);
    }

    private String velocity() {
        return """
                {"dataset": "clothes", "model": "cnn", "study": "ntk-velocity", "scoreSet": "%s", "groups": 2,
                 "subsets": [{"name": "some", "indices": [7, 3, 9999]}], "at": [0, 1], "samples": 6,
                 "runs": 2, "epochs": 3, %s}
                """.formatted(scoreSet, TRAINING);
    }

    @Test
    void findsBarriersByGroupThatVanishAsTheChildrenPartLater() {
        assertThat(connectivity.at("/progress/runs").asInt()).isEqualTo(2);
        assertThat(connectivity.get("alphas")).hasSize(5);
        assertThat(names(connectivity)).containsExactly("1", "2", "3", "4", "5", "hardest fiftieth", "all");
        JsonNode all = connectivity.at("/series/6");
        assertThat(all.get("size").asInt()).isEqualTo(10_000);
        assertThat(connectivity.at("/series/5/size").asInt()).isEqualTo(200);
        for (JsonNode series : connectivity.get("series")) {
            for (JsonNode point : series.get("points")) {
                JsonNode error = point.at("/error/mean");
                assertThat(error).hasSize(5);
                for (JsonNode run : point.at("/errorBarrier/runs")) {
                    assertThat(run.asDouble()).isBetween(0.0, 1.0);
                }
                assertThat(point.at("/lossBarrier/runs")).hasSize(2);
                assertThat(point.has("velocity")).isFalse();
            }
        }
        double before = all.at("/points/0/lossBarrier/mean").asDouble();
        double after = all.at("/points/1/lossBarrier/mean").asDouble();
        assertThat(after).as("children that part late end nearer each other").isLessThan(before);
        assertThat(connectivity.at("/series/0/points/0/error/mean/0").asDouble())
                .as("errors of the easiest fifth against those of the hardest, at an end")
                .isLessThan(connectivity.at("/series/4/points/0/error/mean/0").asDouble());
    }

    @Test
    void errorsOfTheGroupsMakeUpThatOfAllSamples() {
        for (int alpha = 0; alpha < 5; alpha++) {
            double sum = 0;
            for (int group = 0; group < 5; group++) {
                sum += connectivity
                        .at("/series/%d/points/0/error/mean/%d".formatted(group, alpha))
                        .asDouble();
            }
            assertThat(connectivity.at("/series/6/points/0/error/mean/" + alpha).asDouble())
                    .isCloseTo(sum / 5, within(1e-9));
        }
    }

    @Test
    void findsVelocitiesAndSpectraByGroup() {
        assertThat(names(velocity)).containsExactly("1", "2", "some", "random");
        assertThat(velocity.has("alphas")).isFalse();
        assertThat(velocity.at("/series/0/samples").asInt()).isEqualTo(6);
        assertThat(velocity.at("/series/2/samples").asInt())
                .as("a small group whole")
                .isEqualTo(3);
        for (JsonNode series : velocity.get("series")) {
            assertThat(series.get("points")).hasSize(2);
            int side = 10 * series.get("samples").asInt();
            for (JsonNode point : series.get("points")) {
                assertThat(point.at("/velocity/mean").asDouble()).isBetween(1e-6, 1.0);
                assertThat(point.at("/velocity/runs")).hasSize(2);
                JsonNode spectrum = point.get("spectrum");
                assertThat(spectrum.at("/effectiveRank/mean").asDouble()).isBetween(1.0, (double) side);
                assertThat(spectrum.at("/largest/mean")).hasSize(10);
                assertThat(spectrum.at("/largest/mean/0").asDouble())
                        .isLessThanOrEqualTo(spectrum.at("/norm/mean").asDouble() * (1 + 1e-9));
            }
        }
        assertThat(velocity.at("/progress/runsDone").asInt()).isEqualTo(2);
        assertThat(velocity.at("/runResults/0/testAccuracy").isNull()).isTrue();
    }

    @Test
    void findsTheSameToTheBitForTheSameSeedAndOtherNumbersForAnother() {
        JsonNode again = winnow.succeeded(winnow.accepted("/dynamics", connectivity(1, 42)));
        assertThat(barriersOfTheFirstRun(again)).hasSize(7 * 2 * 2).isEqualTo(barriersOfTheFirstRun(connectivity));
        JsonNode other = winnow.succeeded(winnow.accepted("/dynamics", connectivity(1, 43)));
        assertThat(barriersOfTheFirstRun(other)).isNotEqualTo(barriersOfTheFirstRun(connectivity));
        assertThat(winnow.succeeded(winnow.accepted("/dynamics", velocity())).get("series"))
                .isEqualTo(velocity.get("series"));
    }

    /** A run of a study is the same whether others come after it or not. */
    private static List<Double> barriersOfTheFirstRun(JsonNode study) {
        List<Double> barriers = new ArrayList<>();
        for (JsonNode series : study.get("series")) {
            for (JsonNode point : series.get("points")) {
                barriers.add(point.at("/errorBarrier/runs/0").asDouble());
                barriers.add(point.at("/lossBarrier/runs/0").asDouble());
            }
        }
        return barriers;
    }

    @Test
    void drawsAndExportsTheFigures() throws Exception {
        String paths = "/dynamics/" + connectivity.get("id").asString();
        String kernels = "/dynamics/" + velocity.get("id").asString();
        for (String plot : List.of(
                paths + "/plot.svg", paths + "/plot.svg?figure=path&epoch=2&measure=loss", kernels + "/plot.svg")) {
            HttpResponse<byte[]> svg = bytes(plot);
            assertThat(svg.headers().firstValue("Content-Type").orElseThrow()).startsWith("image/svg+xml");
            assertThat(DocumentBuilderFactory.newDefaultNSInstance()
                            .newDocumentBuilder()
                            .parse(new ByteArrayInputStream(svg.body()))
                            .getDocumentElement()
                            .getElementsByTagName("path")
                            .getLength())
                    .isGreaterThan(20);
        }
        assertThat(ImageIO.read(new ByteArrayInputStream(
                                bytes(kernels + "/plot.png?figure=velocity").body()))
                        .getWidth())
                .isEqualTo(960);
        List<String> barriers = lines(paths + "/points.csv");
        assertThat(barriers).hasSize(1 + 7 * 2);
        assertThat(barriers.get(0))
                .isEqualTo("group,kind,size,epoch,runs,errorBarrier,errorBarrierStd,errorBarrierMargin"
                        + ",lossBarrier,lossBarrierStd,lossBarrierMargin");
        assertThat(barriers.get(13))
                .startsWith("all,all,10000,0,2," + connectivity.at("/series/6/points/0/errorBarrier/mean"));
        assertThat(lines(paths + "/points.csv?figure=path")).hasSize(1 + 7 * 2 * 5);
        assertThat(lines(paths + "/points.csv?figure=path&epoch=2")).hasSize(1 + 7 * 5);
        List<String> velocities = lines(kernels + "/points.csv");
        assertThat(velocities).hasSize(1 + 4 * 2);
        assertThat(velocities.get(0)).startsWith("group,kind,size,epoch,samples,runs,velocity,velocityStd");
        assertThat(winnow.call("GET", kernels + "/plot.svg?figure=barrier", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void givesTheSameStudyForTheSameKeyAndRefusesAnotherUnderIt() {
        String first = keyed(connectivity(2, 42));
        assertThat(keyed(connectivity(2, 42))).isEqualTo(first);
        assertThat(winnow.call("POST", "/dynamics", connectivity(2, 44), "Idempotency-Key", "again")
                        .statusCode())
                .isEqualTo(422);
        assertThat(winnow.call("POST", first + "/cancel", "").statusCode()).isIn(202, 409);
    }

    private String keyed(String body) {
        return winnow.accepted("/dynamics", body, "Idempotency-Key", "again");
    }

    @Test
    void listsStudiesApartFromJobs() {
        String id = connectivity.get("id").asString();
        assertThat(winnow.call("GET", "/jobs/" + id, "").statusCode()).isEqualTo(404);
        HttpResponse<String> missing = winnow.call("GET", "/dynamics/00000000-0000-0000-0000-000000000000", "");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).contains("GET /dynamics lists");
        JsonNode list = winnow.read("/dynamics?dataset=clothes&status=SUCCEEDED");
        assertThat(list.get("totalItems").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(list.at("/items/0").has("series")).isFalse();
        assertThat(winnow.call("GET", "/dynamics/" + id + "/events", "").body()).contains("SUCCEEDED");
    }

    @Test
    void endsAStudyThatIsCancelledAndDeletesIt() {
        String location = winnow.accepted("/dynamics", """
                {"dataset": "clothes", "model": "small", "study": "ntk-velocity", "epochs": 5000, "at": [4999], "samples": 2}
                """);
        assertThat(winnow.call("DELETE", location, "").statusCode()).isEqualTo(409);
        assertThat(winnow.call("GET", location + "/plot.svg", "").statusCode()).isEqualTo(409);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> winnow.read(location).at("/progress/fraction").asDouble() > 0);
        assertThat(winnow.call("POST", location + "/cancel", "").statusCode()).isEqualTo(202);
        assertThat(winnow.read(location).get("status").asString()).isEqualTo("CANCELLED");
        assertThat(winnow.call("DELETE", location, "").statusCode()).isEqualTo(204);
        assertThat(winnow.call("GET", location, "").statusCode()).isEqualTo(404);
    }

    @Test
    void refusesGroupsThatAreNotOfTheDataset() {
        HttpResponse<String> answer = winnow.call("POST", "/dynamics", """
                {"dataset": "clothes", "model": "small", "study": "ntk-velocity", "groups": 50, "samples": 4096,
                 "scoreSet": "00000000-0000-0000-0000-000000000000",
                 "subsets": [{"name": "a", "subset": "none"}, {"name": "b", "indices": [10000]}]}
                """);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"scoreSet\"", "GET /score-sets", "subsets[0].subset", "subsets[1].indices", "0 to 9999")
                .contains("\"samples\"", "must be at most 112 for kernels of 53 groups and 10 classes");
    }

    private static List<String> names(JsonNode study) {
        List<String> names = new ArrayList<>();
        study.get("series").forEach(series -> names.add(series.get("name").asString()));
        return names;
    }

    private HttpResponse<byte[]> bytes(String path) {
        HttpResponse<byte[]> answer = winnow.bytes(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer;
    }

    private List<String> lines(String path) {
        return List.of(new String(bytes(path).body(), StandardCharsets.UTF_8).split("\r\n"));
    }
}
