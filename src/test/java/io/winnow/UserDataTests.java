package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.PictureFixture;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
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
import tools.jackson.databind.json.JsonMapper;

/** Data as users have it – features, with bad samples, changing – over HTTP with real training. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserDataTests {

    private static final JsonMapper JSON = new JsonMapper();

    /** Under target, not a temporary directory of the test framework: stores stay mapped until the context closes. */
    private static final Path FOLDER =
            Path.of("target", "user-data-" + System.nanoTime()).toAbsolutePath();

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

    @AfterAll
    void deleteFolder() throws IOException {
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    /** Features of three classes, the first far from zero and the last without any variation. */
    private static Path features(String name, int samples, String descr) throws IOException {
        Path folder = Files.createDirectories(FOLDER.resolve("data").resolve(name));
        for (String split : List.of("train", "test")) {
            Random random = new Random(split.hashCode());
            boolean wide = descr.endsWith("8");
            ByteBuffer values =
                    ByteBuffer.allocate(samples * 4 * (wide ? 8 : 4)).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer labels = ByteBuffer.allocate(8 * samples).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < samples; i++) {
                int label = i % 3;
                float[] sample = {
                    (float) (1e5 + 3 * label + random.nextGaussian()),
                    (float) (label == 1 ? 4 : -4),
                    (float) random.nextGaussian(),
                    7f
                };
                for (float value : sample) {
                    if (wide) {
                        values.putDouble(value);
                    } else {
                        values.putFloat(value);
                    }
                }
                labels.putLong(label);
            }
            Files.write(folder.resolve("x_%s.npy".formatted(split)), npy(descr, samples + ", 4", values.array()));
            Files.write(folder.resolve("y_%s.npy".formatted(split)), npy("<i8", samples + ",", labels.array()));
        }
        return folder;
    }

    private static byte[] npy(String descr, String shape, byte[] data) {
        String dict = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, shape);
        byte[] header = (dict + " ".repeat(117 - dict.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) header.length)
                .put(header)
                .put(data)
                .array();
    }

    @Test
    void trainsAndScoresFeatures() throws IOException {
        Path data = features("features", 150, "<f4");
        JsonNode dataset = registered("features", "npy", data, "");
        assertThat(dataset.get("dtype").asString()).isEqualTo("float32");
        assertThat(JSON.convertValue(dataset.get("shape"), int[].class)).containsExactly(4, 1, 1);
        assertThat(dataset.at("/mean/0").asDouble()).isBetween(100_002.5, 100_003.5);
        assertThat(dataset.at("/std/0").asDouble()).isBetween(2.0, 3.5);
        assertThat(dataset.at("/std/3").asDouble()).isEqualTo(1);

        winnow.send(
                "/models", "{\"name\": \"features-mlp\", \"architecture\": \"mlp\", \"options\": {\"hidden\": [16]}}");
        JsonNode job = succeeded("""
                {"dataset": "features", "model": "features-mlp", "methods": ["el2n", "grand", "forgetting"], "runs": 2,
                 "epochs": 8, "scoreAt": [8], "seed": 3, "training": {"batchSize": 32, "learningRate": 0.05}}""");
        for (JsonNode run : job.get("runResults")) {
            assertThat(run.get("testAccuracy").asDouble()).isGreaterThan(0.9);
        }
        assertThat(job.get("scoreSets")).hasSize(3);
        assertThat(winnow.read("/subsets?ratio=0.5&dataset=features").get("indices"))
                .hasSize(75);

        HttpResponse<String> picture = winnow.get("/datasets/features/samples/1/image");
        assertThat(picture.statusCode()).isEqualTo(404);
        assertThat(picture.body()).contains("vectors of 4 features");
        assertThat(winnow.read("/datasets/features/samples/1").get("label").asInt())
                .isEqualTo(1);

        winnow.send("/models", "{\"name\": \"for-pictures\", \"architecture\": \"small-cnn\"}");
        HttpResponse<String> refused = winnow.post(
                "/jobs", "{\"dataset\": \"features\", \"model\": \"for-pictures\", \"methods\": [\"el2n\"]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"field\":\"model\"", "vectors of 4 features", "mlp");
    }

    @Test
    void roundsFloat64ToTheSameTensorsAsFloat32() throws IOException {
        JsonNode narrow = registered("narrow", "npy", features("narrow", 30, "<f4"), "");
        JsonNode wide = registered("wide", "npy", features("wide", 30, "<f8"), "");
        assertThat(wide.at("/train/checksum")).isEqualTo(narrow.at("/train/checksum"));
    }

    private static final int PICTURES = 24;
    private static final List<Integer> BAD = List.of(2, 3, 13);

    /** Bright and dark pictures in two folders, some of them damaged. */
    private static Path pictures(String name) throws IOException {
        Path root = FOLDER.resolve("data").resolve(name);
        for (int i = 0; i < PICTURES; i++) {
            Path file = root.resolve(key(i));
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            for (int p = 0; p < 64; p++) {
                image.getRaster().setSample(p % 8, p / 8, 0, (i < PICTURES / 2 ? 20 : 180) + (i * 7 + p) % 40);
            }
            byte[] png = PictureFixture.encode(image, "png");
            Files.write(file, BAD.contains(i) ? Arrays.copyOf(png, png.length / 2) : png);
        }
        return root;
    }

    private static String key(int i) {
        return "%s/%02d.png".formatted(i < PICTURES / 2 ? "dark" : "light", i);
    }

    @Test
    void tellsPositionsInTheUsersDataThoughSamplesWereSkipped() throws IOException {
        JsonNode dataset = registered(
                "gaps", "image-folder", pictures("gaps"), ", \"onBadSample\": \"skip\", \"maxBadSamples\": 3");
        assertThat(dataset.at("/train/size").asInt()).isEqualTo(PICTURES - 3);
        assertThat(dataset.at("/train/skipped").asInt()).isEqualTo(3);
        assertThat(JSON.convertValue(dataset.at("/train/classCounts"), int[].class))
                .containsExactly(10, 11);
        for (int i = 0; i < BAD.size(); i++) {
            JsonNode problem = dataset.get("problems").get(i);
            assertThat(problem.get("sample").asInt()).isEqualTo(BAD.get(i));
            assertThat(problem.get("message").asString()).startsWith(key(BAD.get(i)) + ": is a damaged");
        }
        assertThat(winnow.read("/datasets/gaps/samples/4").get("key").asString())
                .isEqualTo(key(4));
        assertThat(winnow.read("/datasets/gaps/samples/12").get("label").asInt())
                .isEqualTo(1);
        HttpResponse<String> skipped = winnow.get("/datasets/gaps/samples/13");
        assertThat(skipped.statusCode()).isEqualTo(404);
        assertThat(skipped.body()).contains("was skipped");

        winnow.send("/models", "{\"name\": \"gaps-mlp\", \"architecture\": \"mlp\", \"options\": {\"hidden\": [8]}}");
        JsonNode job = succeeded("""
                {"dataset": "gaps", "model": "gaps-mlp", "methods": ["el2n"], "epochs": 2, "scoreAt": [2], "seed": 1}""");
        String set = job.at("/scoreSets/0/id").asString();
        List<Integer> kept = java.util.stream.IntStream.range(0, PICTURES)
                .filter(i -> !BAD.contains(i))
                .boxed()
                .toList();

        JsonNode scores = winnow.read("/score-sets/%s/scores".formatted(set)).get("scores");
        assertThat(scores).hasSize(PICTURES);
        for (int i = 0; i < PICTURES; i++) {
            assertThat(scores.get(i).isNull()).as("score %d", i).isEqualTo(BAD.contains(i));
        }
        List<String> csv = winnow.text("/score-sets/%s/scores?format=csv".formatted(set))
                .lines()
                .skip(1)
                .toList();
        for (int row = 0; row < csv.size(); row++) {
            String[] cells = csv.get(row).split(",");
            assertThat(Integer.parseInt(cells[0])).isEqualTo(kept.get(row));
            assertThat(Float.parseFloat(cells[1]))
                    .isEqualTo(scores.get(kept.get(row)).floatValue());
        }
        assertThat(jdbc.sql("SELECT sample_index FROM sample_score WHERE score_set_id = :id ORDER BY sample_index")
                        .param("id", UUID.fromString(set))
                        .query(Integer.class)
                        .list())
                .isEqualTo(kept);
        assertThat(winnow.read("/datasets/gaps/samples/23").at("/scores/el2n").floatValue())
                .isEqualTo(scores.get(23).floatValue());

        assertThat(indices(winnow.read("/subsets?ratio=1&scoreSet=" + set))).isEqualTo(kept);
        for (String line : winnow.text("/subsets?ratio=1&order=importance&format=csv&scoreSet=" + set)
                .lines()
                .skip(1)
                .toList()) {
            String[] cells = line.split(",");
            int index = Integer.parseInt(cells[0]);
            assertThat(cells[4]).isEqualTo(key(index));
            assertThat(Float.parseFloat(cells[1])).isEqualTo(scores.get(index).floatValue());
            assertThat(Integer.parseInt(cells[2])).isEqualTo(index < PICTURES / 2 ? 0 : 1);
        }
        JsonNode half = winnow.read("/subsets?ratio=0.5&scoreSet=" + set);
        JsonNode stored = winnow.send(
                "/subsets", "{\"name\": \"half-of-gaps\", \"ratio\": 0.5, \"scoreSet\": \"%s\"}".formatted(set));
        assertThat(stored.get("checksum")).isEqualTo(half.get("checksum"));
        assertThat(indices(winnow.read("/subsets/half-of-gaps"))).isEqualTo(indices(half));
        JsonNode difference = winnow.read("/subsets/diff?a=half-of-gaps&b=ratio%3D0.5%26scoreSet%3D" + set);
        assertThat(difference.at("/difference/intersection").asInt())
                .isEqualTo(half.get("size").asInt());
        for (JsonNode suspect :
                winnow.read("/score-sets/%s/suspects".formatted(set)).get("suspects")) {
            assertThat(suspect.get("key").asString())
                    .isEqualTo(key(suspect.get("index").asInt()));
        }

        JsonNode imported = winnow.send("/score-sets", """
                {"name": "mine", "dataset": "gaps", "method": "mine", "keeps": "HIGHEST", "scores": %s}""".formatted(
                        java.util.stream.IntStream.range(0, PICTURES).boxed().toList()));
        String mine = imported.get("id").asString();
        assertThat(indices(winnow.read("/subsets?ratio=0.1&policy=top&scoreSet=" + mine)))
                .containsExactly(22, 23);

        assertThat(winnow.delete("/datasets/gaps").statusCode()).isEqualTo(204);
        assertThat(indices(winnow.read("/subsets?ratio=0.5&scoreSet=" + set))).isEqualTo(indices(half));
    }

    @Test
    void refusesAJobOnFilesThatChangedUntilTheyAreIngestedAgain() throws IOException {
        Path root = pictures("changing");
        for (int bad : BAD) {
            Files.delete(root.resolve(key(bad)));
        }
        registered("changing", "image-folder", root, "");
        winnow.send("/models", "{\"name\": \"linear\", \"architecture\": \"mlp\", \"options\": {\"hidden\": []}}");
        String job = "{\"dataset\": \"changing\", \"model\": \"linear\", \"methods\": [\"el2n\"], \"epochs\": 1}";
        Path file = root.resolve(key(5));
        byte[] before = Files.readAllBytes(file);

        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        succeeded(job);

        byte[] other = Files.readAllBytes(root.resolve(key(20)));
        Files.write(file, other.length == before.length ? other : Arrays.copyOf(other, before.length));
        Files.setLastModifiedTime(file, FileTime.fromMillis(2_000_000));
        refusesAJob(job, key(5) + " has other content");
        Files.write(file, Arrays.copyOf(before, before.length - 1));
        refusesAJob(job, "%s has %d bytes and had %d".formatted(key(5), before.length - 1, before.length));
        Files.delete(file);
        refusesAJob(job, key(5) + " is gone");
        Files.write(file, before);
        succeeded(job);
        Files.write(root.resolve("light/99.png"), other);
        refusesAJob(job, "light/99.png was added");

        assertThat(winnow.post("/datasets/changing/ingest", "").statusCode()).isEqualTo(202);
        assertThat(winnow.ready("changing").at("/train/size").asInt()).isEqualTo(PICTURES - BAD.size() + 1);
        succeeded(job);
    }

    private void refusesAJob(String job, String change) {
        HttpResponse<String> answer = winnow.post("/jobs", job);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        assertThat(answer.body()).contains(change, "POST /datasets/changing/ingest");
    }

    @Test
    void failsAJobOnADamagedTensorStore() throws IOException {
        registered("damaged", "npy", features("damaged", 30, "<f4"), "");
        String id = jdbc.sql("SELECT id FROM dataset WHERE name = 'damaged'")
                .query(String.class)
                .single();
        Path store = FOLDER.resolve("work/datasets").resolve(id).resolve("train.tensors");
        byte[] bytes = Files.readAllBytes(store);
        bytes[4300] ^= 1;
        Files.write(store, bytes);
        winnow.send("/models", "{\"name\": \"for-damaged\", \"architecture\": \"mlp\"}");
        JsonNode ended =
                winnow.ended("/jobs/" + winnow.send("/jobs", """
                {"dataset": "damaged", "model": "for-damaged", "methods": ["el2n"], "epochs": 1}""").get("id").asString());
        assertThat(ended.get("status").asString()).isEqualTo("FAILED");
        assertThat(ended.at("/error/detail").asString()).contains("damaged", "POST /datasets/damaged/ingest");
    }

    private static List<Integer> indices(JsonNode subset) {
        return StreamSupport.stream(subset.get("indices").spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    private JsonNode registered(String name, String format, Path location, String more) {
        winnow.send(
                "/datasets",
                "{\"name\": \"%s\", \"format\": \"%s\", \"location\": \"%s\"%s}"
                        .formatted(name, format, location, more));
        return winnow.ready(name);
    }

    private JsonNode succeeded(String request) {
        return winnow.succeeded(
                "/jobs/" + winnow.send("/jobs", request).get("id").asString());
    }
}
