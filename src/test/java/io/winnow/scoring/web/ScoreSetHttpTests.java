package io.winnow.scoring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.dataset.SourcePositions;
import io.winnow.platform.tabular.NpyHeader;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.surrogate.StopSignal;
import io.winnow.testing.Form;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Imports, downloads, comparisons, and subsets of imported scores, over HTTP against the real database. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
class ScoreSetHttpTests {

    private static final String HEAD = "{\"name\": \"n\", \"method\": \"mine\", \"keeps\": \"HIGHEST\"";

    @LocalServerPort
    int port;

    @Autowired
    ScoreStore store;

    @Autowired
    JsonMapper json;

    private final WinnowClient winnow = new WinnowClient(() -> port);

    @Test
    void importsJsonAndSelectsFromIt() throws Exception {
        var answer = winnow.post("/score-sets", HEAD + ", \"scores\": [0.5, -1, 3e0, 2], \"labels\": [0, 1, 0, 1]}");
        assertThat(answer.statusCode()).isEqualTo(201);
        JsonNode set = json(answer);
        assertThat(answer.headers().firstValue("Location")).hasValue("/score-sets/" + id(set));
        assertThat(set.get("size").asInt()).isEqualTo(4);
        assertThat(set.get("classes").asInt()).isEqualTo(2);
        assertThat(set.get("min").asDouble()).isEqualTo(-1);
        assertThat(set.get("job").isNull()).isTrue();
        assertThat(json(winnow.get("/score-sets/" + id(set))).get("name").asString())
                .isEqualTo("n");
        assertThat(json(winnow.get("/score-sets?method=mine")).get("items").toString())
                .contains(id(set));
        assertThat(json(winnow.get("/subsets?ratio=0.5&policy=class-balanced&scoreSet=" + id(set)))
                        .get("indices")
                        .toString())
                .isEqualTo("[2,3]");
        assertThat(json(winnow.get("/score-sets/" + id(set) + "/scores")).toString())
                .isEqualTo("{\"scores\":[0.5,-1.0,3.0,2.0]}");
    }

    @Test
    void listsTheSamplesFromEitherEndOfTheirOrderByPages() throws Exception {
        String set = "/score-sets/"
                + id(json(
                        winnow.post("/score-sets", HEAD + ", \"scores\": [0.5, -1, 3, 2], \"labels\": [0, 1, 0, 1]}")));
        JsonNode most = json(winnow.get(set + "/samples?size=3"));
        assertThat(most.get("items").findValuesAsString("index")).containsExactly("2", "3", "0");
        assertThat(most.get("totalItems").asInt()).isEqualTo(4);
        JsonNode least =
                json(winnow.get(set + "/samples?order=least&size=3&page=1")).get("items");
        assertThat(least.findValuesAsString("index")).containsExactly("2");
        assertThat(least.findValuesAsString("rank")).containsExactly("0");
        assertThat(json(winnow.get(set + "/samples?page=9")).get("items")).isEmpty();
        assertThat(winnow.get(set + "/samples?order=best").statusCode()).isEqualTo(400);
    }

    @Test
    void previewsASubsetByItsHeadItsHistogramAndAFewSamplesOfEitherSide() throws Exception {
        StringBuilder scores = new StringBuilder("0");
        for (int i = 1; i < 1000; i++) {
            scores.append(", ").append(i);
        }
        String set = id(json(winnow.post("/score-sets", HEAD + ", \"scores\": [" + scores + "]}")));
        JsonNode preview = json(winnow.get("/subsets/preview?ratio=0.25&scoreSet=" + set));
        assertThat(preview.at("/subset/size").asInt()).isEqualTo(250);
        assertThat(preview.get("subset").has("indices")).isFalse();
        long kept = 0;
        long dropped = 0;
        for (int bin = 0; bin < preview.at("/histogram/kept").size(); bin++) {
            kept += preview.at("/histogram/kept").get(bin).asLong();
            dropped += preview.at("/histogram/dropped").get(bin).asLong();
            assertThat(preview.at("/histogram/dropped").get(bin).asLong()).isNotNegative();
        }
        assertThat(kept).isEqualTo(250);
        assertThat(dropped).isEqualTo(750);
        assertThat(preview.get("kept")).hasSize(12).allMatch(index -> index.asInt() >= 750);
        assertThat(preview.get("dropped")).hasSize(12).allMatch(index -> index.asInt() < 750);
        assertThat(winnow.get("/subsets/preview?scoreSet=" + set).statusCode()).isEqualTo(400);
    }

    @Test
    void importsNpyFilesOfBothFloatTypesAndGivesTheScoresBackInEveryFormat() throws Exception {
        float[] scores = new float[70_000];
        int[] labels = new int[scores.length];
        Random random = new Random(5);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat();
            labels[i] = random.nextInt(7);
        }
        for (String descr : new String[] {"<f4", "<f8"}) {
            Map<String, byte[]> parts = new LinkedHashMap<>();
            parts.put("metadata", bytes(HEAD + "}"));
            parts.put("file", npy(descr, scores));
            parts.put("labels", npyLabels(labels));
            var answer = form(parts);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            UUID set = UUID.fromString(id(json(answer)));
            assertThat(store.scores(set)).isEqualTo(scores);
            assertThat(store.labels(store.require(set))).isEqualTo(labels);
            assertThat(winnow.bytes("/score-sets/" + set + "/scores?format=npy").body())
                    .isEqualTo(npy("<f4", scores));
            String csv = winnow.get("/score-sets/" + set + "/scores?format=csv").body();
            assertThat(csv.lines().count()).isEqualTo(scores.length + 1);
            parts.put("file", bytes(csv));
            var again = form(parts);
            assertThat(again.statusCode()).isEqualTo(201);
            assertThat(store.scores(UUID.fromString(id(json(again))))).isEqualTo(scores);
            assertThat(new String(
                            Arrays.copyOf(
                                    winnow.bytes("/score-sets/" + set + "/scores?format=parquet")
                                            .body(),
                                    4),
                            StandardCharsets.US_ASCII))
                    .isEqualTo("PAR1");
        }
    }

    @Test
    void readsCsvRowsInAnyOrder() throws Exception {
        var answer = form(Map.of(
                "metadata",
                bytes(HEAD + "}"),
                "file",
                bytes("2,0.25\r\n0,1e-3\r\n1,-4\r\n"),
                "labels",
                bytes("index,label\n1,1\n0,0\n2,1\n")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        UUID set = UUID.fromString(id(json(answer)));
        assertThat(store.scores(set)).containsExactly(0.001f, -4f, 0.25f);
        assertThat(store.labels(store.require(set))).containsExactly(0, 1, 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "scores": []                                  | scores
            "scores": [1, "NaN"]                          | scores[1]
            "scores": [1, 2, 1e39]                        | scores[2]
            "scores": [1, null]                           | scores[1]
            "scores": [1, NaN]                            | body
            "scores": [1, 2], "labels": [0]               | labels
            "scores": [1, 2], "labels": [0, -1]           | labels[1]
            "scores": [1, 2], "labels": [0, 1.5]          | labels[1]
            "scores": [1, 2], "labels": [0, 4000000000]   | labels[1]
            "scores": 3                                   | scores
            "scores": [1], "colour": "red"                | colour
            "scores": [1                                  | body
            "labels": [0]                                 | scores
            "scores": [1], "dataset": 3                   | dataset
            """)
    void refusesAJsonImportNamingTheFirstBadElement(String rest, String field) throws Exception {
        long before = json(winnow.get("/score-sets")).get("totalItems").asLong();
        var answer = winnow.post("/score-sets", HEAD + ", " + rest + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).get("errors").get(0).get("field").asString()).isEqualTo(field);
        assertThat(json(winnow.get("/score-sets")).get("totalItems").asLong()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0,1;1,NaN             | line 2
            0,1;0,2               | line 2
            0,1;5,2               | line 2
            index,score;0,1;1,0x1 | line 3
            0,1;1                 | line 2
            0,1;1,2,3             | line 2
            0,1;-1,2              | line 2
            0,1;1,1e60            | line 2
            0,1;1,Infinity        | line 2
            0;1                   | line 1
            """)
    void refusesACsvImportNamingTheFirstBadLine(String rows, String line) throws Exception {
        var answer = form(Map.of("metadata", bytes(HEAD + "}"), "file", bytes(rows.replace(';', '\n'))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).get("errors").get(0).get("field").asString()).isEqualTo("file");
        assertThat(json(answer).get("errors").get(0).get("message").asString()).startsWith(line);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <f4 | (3,)         | 8  | it holds 3 elements
            <f4 | (1073741825,)| 64 | it holds 1073741825
            <f8 | (4611686018427387904,) | 64 | shape
            <f8 | (2305843009213693953,) | 8 | shape
            >f4 | (2,)         | 8  | type
            <i4 | (2,)         | 8  | type
            <f4 | (2, 1)       | 8  | shape
            <f4 | ()           | 4  | shape
            <O  | (1,)         | 8  | type
            """)
    void refusesAnNpyFileThatIsNotWhatItsHeaderShouldSay(String descr, String shape, int length, String why)
            throws Exception {
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descr, shape);
        byte[] file = new byte[10 + header.length() + length];
        System.arraycopy(new NpyHeader("<f4", 1).toBytes(), 0, file, 0, 8);
        file[8] = (byte) header.length();
        System.arraycopy(bytes(header), 0, file, 10, header.length());
        var answer = form(Map.of("metadata", bytes(HEAD + "}"), "file", file));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).get("errors").get(0).get("field").asString()).isEqualTo("file");
        assertThat(json(answer).get("errors").get(0).get("message").asString()).contains(why);
    }

    @Test
    void refusesAnNpyImportNamingTheFirstBadElement() throws Exception {
        var answer = form(Map.of(
                "metadata", bytes(HEAD + "}"), "file", npy("<f8", new float[] {1, 2, Float.NaN, Float.NaN})));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("detail").asString()).contains("file has NaN at index 2");
    }

    @Test
    void refusesMetadataAndPartsThatAreMissingOrUnknown() throws Exception {
        byte[] file = npy("<f4", new float[] {1, 2});
        assertThat(field(form(Map.of("file", file)))).isEqualTo("metadata");
        assertThat(field(form(Map.of("metadata", bytes(HEAD + "}"))))).isEqualTo("file");
        assertThat(field(form(Map.of("metadata", bytes(HEAD + "}"), "file", file, "scores", file))))
                .isEqualTo("scores");
        assertThat(field(form(Map.of("metadata", bytes("{\"name\": \"a\"}"), "file", file))))
                .isEqualTo("method");
        assertThat(field(form(Map.of(
                        "metadata",
                        bytes("{\"name\": \"A B\", \"method\": \"m\", \"keeps\": \"LOWEST\"}"),
                        "file",
                        file))))
                .isEqualTo("name");
        assertThat(form(Map.of("metadata", bytes(HEAD + ", \"dataset\": \"nowhere\"}"), "file", file))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void comparesByRankByValueAndByOverlap() throws Exception {
        String a = id(json(winnow.post("/score-sets", HEAD + ", \"scores\": [1, 2, 3, 4]}")));
        String b = id(json(winnow.post(
                "/score-sets",
                "{\"name\": \"b\", \"method\": \"m\", \"keeps\": \"LOWEST\", \"scores\": [-1, -4, -9, -8]}")));
        JsonNode agreement = json(winnow.get("/score-sets/" + a + "/compare?with=" + b + "&ratio=0.25"));
        assertThat(agreement.get("spearman").asDouble()).isCloseTo(0.8, within(1e-12));
        assertThat(agreement.get("pearson").asDouble()).isCloseTo(13 / Math.sqrt(5 * 41), within(1e-9));
        assertThat(agreement.get("overlap").asDouble()).isZero();
        assertThat(json(winnow.get("/score-sets/" + a + "/compare?with=" + b))
                        .get("overlap")
                        .asDouble())
                .isEqualTo(1);
        String other = id(json(winnow.post("/score-sets", HEAD + ", \"scores\": [1, 2]}")));
        assertThat(field(winnow.get("/score-sets/" + a + "/compare?with=" + other)))
                .isEqualTo("with");
        assertThat(field(winnow.get("/score-sets/" + a + "/compare?with=x"))).isEqualTo("with");
        assertThat(field(winnow.get("/score-sets/" + a + "/compare"))).isEqualTo("with");
    }

    @Test
    void givesRunsSpreadAndSuspectsOfAJobsScores() throws Exception {
        UUID job = UUID.randomUUID();
        int[] labels = {0, 1, 0, 1};
        keepRun(job, 0, new float[] {0.2f, 0.9f, 1.2f, 0.1f}, labels, new int[] {0, 0, 0, 1});
        keepRun(job, 1, new float[] {0.4f, 1.1f, 1.0f, 0.1f}, labels, new int[] {0, 0, 0, 1});
        ScoreSet set = store.publish(job, UUID.randomUUID(), "some", 2, SourcePositions.ALL, StopSignal.NEVER)
                .get(0);
        String path = "/score-sets/" + set.id();
        assertThat(json(winnow.get(path + "/scores?run=1")).toString()).isEqualTo("{\"scores\":[0.4,1.1,1.0,0.1]}");
        assertThat(json(winnow.get(path + "/scores?stat=std"))
                        .get("scores")
                        .get(0)
                        .asDouble())
                .isCloseTo(0.2 / Math.sqrt(2), within(1e-6));
        assertThat(winnow.get(path + "/scores?run=2").statusCode()).isEqualTo(404);
        assertThat(field(winnow.get(path + "/scores?run=1&stat=std"))).isEqualTo("stat");
        assertThat(field(winnow.get(path + "/scores?stat=median"))).isEqualTo("stat");
        JsonNode suspects = json(winnow.get(path + "/suspects?limit=3")).get("suspects");
        assertThat(suspects.toString())
                .isEqualTo("[{\"index\":1,\"score\":1.0,\"label\":1,\"predicted\":0},"
                        + "{\"index\":2,\"score\":1.1,\"label\":0,\"predicted\":0},"
                        + "{\"index\":0,\"score\":0.3,\"label\":0,\"predicted\":0}]");
        assertThat(field(winnow.get(path + "/suspects?limit=0"))).isEqualTo("limit");
        assertThat(field(winnow.get(path + "/suspects?limit=10001"))).isEqualTo("limit");
    }

    @Test
    void servesASubsetZippedUnderAStrongTagThatComesBackAs304() throws Exception {
        float[] scores = new float[5_000];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = new Random(i).nextFloat();
        }
        String set = id(json(form(Map.of("metadata", bytes(HEAD + "}"), "file", npy("<f4", scores)))));
        String subset = "/subsets?ratio=0.5&scoreSet=" + set;
        var plain = winnow.bytes(subset);
        var zipped = winnow.bytes(subset, "Accept-Encoding", "gzip");
        assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes())
                .isEqualTo(plain.body());
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        for (var answer : List.of(plain, zipped)) {
            String tag = answer.headers().firstValue("ETag").orElseThrow();
            assertThat(tag).startsWith("\"");
            var known = answer == zipped
                    ? winnow.bytes(subset, "If-None-Match", tag, "Accept-Encoding", "gzip")
                    : winnow.bytes(subset, "If-None-Match", tag);
            assertThat(known.statusCode()).isEqualTo(304);
            assertThat(known.headers().firstValue("ETag")).hasValue(tag);
        }
        var head = winnow.call("HEAD", "/subsets?format=npy&ratio=0.5&scoreSet=" + set, "");
        assertThat(head.headers().firstValue("Content-Length")).hasValue(String.valueOf(128 + 2_500 * 8));
    }

    private void keepRun(UUID job, int run, float[] scores, int[] labels, int[] predicted) {
        store.keepRun(
                job,
                run,
                new RunScores(
                        List.of(new MethodScores("el2n", 5, scores, Map.of())), labels, 2, predicted, List.of(), 1, 1));
    }

    private HttpResponse<String> form(Map<String, byte[]> parts) {
        Form form = new Form();
        parts.forEach((name, content) -> {
            if (name.equals("metadata")) {
                form.text(name, new String(content, StandardCharsets.UTF_8));
            } else {
                form.file(name, "f", content);
            }
        });
        return winnow.post("/score-sets", form);
    }

    private JsonNode json(HttpResponse<String> answer) {
        return json.readTree(answer.body());
    }

    private String field(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return json(answer).get("errors").get(0).get("field").asString();
    }

    private static String id(JsonNode node) {
        return node.get("id").asString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] npy(String descr, float[] values) {
        byte[] header = new NpyHeader(descr, values.length).toBytes();
        int width = descr.equals("<f4") ? 4 : 8;
        ByteBuffer file = ByteBuffer.allocate(header.length + width * values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(header);
        for (float value : values) {
            if (width == 4) {
                file.putFloat(value);
            } else {
                file.putDouble(value);
            }
        }
        return file.array();
    }

    private static byte[] npyLabels(int[] values) {
        byte[] header = new NpyHeader("<i8", values.length).toBytes();
        ByteBuffer file = ByteBuffer.allocate(header.length + 8 * values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(header);
        for (int value : values) {
            file.putLong(value);
        }
        return file.array();
    }
}
