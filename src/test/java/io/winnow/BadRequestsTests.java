package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.IdxFixture;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What users get wrong, over HTTP against the whole service: the answer names the field, and nothing is changed. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "winnow.role=api")
@Import(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class BadRequestsTests {

    /** Under target, not a temporary directory of the test framework: stores stay mapped until the context closes. */
    private static final Path FOLDER =
            Path.of("target", "bad-requests-" + System.nanoTime()).toAbsolutePath();

    private static final Path ROOT = FOLDER.resolve("data");

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    private final WinnowClient winnow = new WinnowClient(() -> port);

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> ROOT);
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
    }

    @BeforeAll
    void registerWhatIsRightAndWriteWhatIsNot() throws IOException {
        writeDatasets();
        assertThat(winnow.post("/datasets", "{\"name\": \"good\", \"format\": \"idx\", \"location\": \"good\"}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(winnow.post("/models", "{\"name\": \"net\", \"architecture\": \"mlp\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(winnow.post(
                                "/models",
                                "{\"name\": \"thirds\", \"architecture\": \"vit-tiny\", \"options\": {\"patch\": 3}}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(winnow.post("/score-sets", """
                        {"name": "imported", "method": "el2n", "keeps": "HIGHEST", "scores": [3, 1, 2]}""").statusCode()).isEqualTo(201);
        winnow.ready("good");
    }

    private static void writeDatasets() throws IOException {
        IdxFixture.write(ROOT.resolve("good"), 20, 10, 4, 2);
        Path truncated = IdxFixture.write(ROOT.resolve("truncated"), 20, 10, 4, 2);
        Path images = truncated.resolve("train-images-idx3-ubyte");
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(whole, whole.length - 1));
        Path lengths = IdxFixture.write(ROOT.resolve("lengths"), 20, 10, 4, 2);
        Files.write(lengths.resolve("train-labels-idx1-ubyte"), IdxFixture.labelFile(IdxFixture.labels(19, 2)));
        IdxFixture.write(ROOT.resolve("one-class"), 20, 10, 4, 1);
        Path outside = IdxFixture.write(FOLDER.resolve("outside"), 20, 10, 4, 2);
        Files.createSymbolicLink(ROOT.resolve("escape"), outside);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            dataset                | POST /jobs     | {"dataset": "nope", "model": "net"}
            dataset                | POST /jobs     | {"model": "net"}
            model                  | POST /jobs     | {"dataset": "good", "model": "nope"}
            model                  | POST /jobs     | {"dataset": "good", "model": "thirds"}
            methods[1]             | POST /jobs     | {"dataset": "good", "model": "net", "methods": ["el2n", "nope"]}
            colour                 | POST /jobs     | {"dataset": "good", "model": "net", "colour": 1}
            epochs                 | POST /jobs     | {"dataset": "good", "model": "net", "epochs": 0}
            runs                   | POST /jobs     | {"dataset": "good", "model": "net", "runs": 1001}
            training.learningRate  | POST /jobs     | {"dataset": "good", "model": "net", "training": {"learningRate": -0.1}}
            training.learningRate  | POST /jobs     | {"dataset": "good", "model": "net", "training": {"learningRate": NaN}}
            scoreAt[1]             | POST /jobs     | {"dataset": "good", "model": "net", "epochs": 5, "scoreAt": [5, 6]}
            dataset                | POST /jobs     | ``
            body                   | POST /jobs     | []
            body                   | POST /jobs     | {"dataset": "good",
            dataset                | POST /jobs     | {"dataset": "a\\u0000b", "model": "net"}
            model                  | POST /jobs     | {"dataset": "good", "model": "a\\u0000b"}
            location               | POST /datasets | {"name": "bad", "format": "idx", "location": "truncated"}
            location               | POST /datasets | {"name": "bad", "format": "idx", "location": "lengths"}
            location               | POST /datasets | {"name": "bad", "format": "idx", "location": "one-class"}
            location               | POST /datasets | {"name": "bad", "format": "idx", "location": "../outside"}
            location               | POST /datasets | {"name": "bad", "format": "idx", "location": "/etc"}
            location               | POST /datasets | {"name": "bad", "format": "idx", "location": "escape"}
            format                 | POST /datasets | {"name": "bad", "format": "csv", "location": "good"}
            colour                 | POST /datasets | {"name": "bad", "format": "idx", "location": "good", "colour": 1}
            description            | POST /datasets | {"name": "bad", "format": "idx", "location": "good", "description": "a\\u0000b"}
            classes[1]             | POST /datasets | {"name": "bad", "format": "idx", "location": "good", "classes": ["a", "b\\u0000"]}
            body                   | POST /datasets | ``
            architecture           | POST /models   | {"name": "bad", "architecture": "nope"}
            colour                 | POST /models   | {"name": "bad", "architecture": "mlp", "colour": 1}
            options.colour         | POST /models   | {"name": "bad", "architecture": "mlp", "options": {"colour": 1}}
            body                   | POST /models   | ``
            ratio                  | POST /subsets  | {"name": "bad"}
            ratio                  | POST /subsets  | {"name": "bad", "ratio": 0}
            ratio                  | POST /subsets  | {"name": "bad", "ratio": 1.01}
            ratio                  | POST /subsets  | {"name": "bad", "ratio": "abc"}
            colour                 | POST /subsets  | {"name": "bad", "ratio": 0.5, "colour": 1}
            body                   | POST /subsets  | ``
            scores[1]              | POST /score-sets | {"name": "bad", "method": "el2n", "keeps": "HIGHEST", "scores": [1, null]}
            method                 | POST /score-sets | {"name": "bad", "method": "a\\u0000b", "keeps": "HIGHEST", "scores": [1]}
            name                   | POST /score-sets | {"name": "a\\u0000b", "method": "el2n", "keeps": "HIGHEST", "scores": [1]}
            colour                 | POST /score-sets | {"name": "bad", "method": "el2n", "keeps": "HIGHEST", "scores": [1], "colour": 1}
            dataset                | POST /score-sets | {"name": "bad", "dataset": "a\\u0000b", "method": "el2n", "keeps": "HIGHEST", "scores": [1]}
            body                   | POST /score-sets | ``
            ratio                  | GET /subsets?ratio=0      | ``
            ratio                  | GET /subsets?ratio=1.01   | ``
            ratio                  | GET /subsets?ratio=abc    | ``
            ratio                  | GET /subsets?ratio=       | ``
            ratio                  | GET /subsets?policy=top   | ``
            policy                 | GET /subsets?ratio=0.5&policy=nope | ``
            colour                 | GET /subsets?ratio=0.5&colour=1 | ``
            scoreSet               | GET /subsets?ratio=0.5&scoreSet=nope | ``
            status                 | GET /jobs?status=LOST     | ``
            size                   | GET /jobs?size=501        | ``
            id                     | GET /jobs/nope            | ``
            dataset                | GET /jobs?dataset=a%00b   | ``
            method                 | GET /score-sets?method=a%00b | ``
            dataset                | GET /subsets?ratio=0.5&dataset=a%00b | ``
            query                  | GET /jobs?dataset=%ff     | ``
            """)
    void areRefusedByTheNameOfTheField(String field, String call, String body) {
        String before = contents();
        String[] parts = call.split(" ");
        HttpResponse<String> answer = winnow.call(winnow.request(parts[1])
                .header("Content-Type", "application/json")
                .method(parts[0], HttpRequest.BodyPublishers.ofString(body == null ? "" : body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).contains(field);
        assertThat(answer.body()).doesNotContain("Exception", "io.winnow", "SELECT");
        assertThat(contents()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("io.winnow.testing.NumberSpellings#inQueries")
    void withANumberInAnotherSpellingAreRefusedByTheNameOfTheField(String field, String path, String text) {
        HttpResponse<String> answer = winnow.get(path.replace("VALUE", encoded(text)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly(field);
        assertThat(answer.body()).doesNotContain("java.lang", "Exception", "convert");
        assertThat(answer.headers().map()).doesNotContainKey("X-Evil");
    }

    /** What a parameter brings ends up in messages, headers and logs, where it must not begin a line of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/jobs?dataset=",
                "/jobs?status=",
                "/jobs/",
                "/datasets/",
                "/datasets?page=",
                "/datasets/good/samples/0?split=",
                "/models/",
                "/score-sets/",
                "/score-sets?method=",
                "/score-sets?dataset=",
                "/subsets/",
                "/subsets?ratio=0.5&dataset=",
                "/subsets?ratio=0.5&method=",
                "/subsets?ratio=0.5&policy=",
                "/subsets?ratio=0.5&format=",
                "/subsets?ratio=0.5&order=",
                "/subsets?ratio=",
                "/nothing/",
                "/subsets?"
            })
    void withALineBreakInAParameterBeginNoLineAnywhere(String path, CapturedOutput output) {
        String before = contents();
        HttpResponse<String> answer = winnow.get(path + "a%0d%0aX-Evil:%201%0d%0a%0d%0aevil");
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 499);
        assertThat(answer.headers().map()).doesNotContainKey("X-Evil");
        assertThat(answer.body().lines()).noneMatch(line -> line.startsWith("X-Evil"));
        assertThat(output.toString().lines()).noneMatch(line -> line.startsWith("X-Evil"));
        assertThat(contents()).isEqualTo(before);
    }

    /** Of the table of injections: closing what may stand around a value, and what a statement that swallowed it would do. */
    private static final List<String> SQL = List.of(
            "'",
            "''",
            "\"",
            "\\'",
            "%27",
            "\u02BC",
            "good' --",
            "good'/*",
            "' OR '1'='1",
            "\" OR \"\"=\"",
            "') OR ('1'='1",
            "1 OR 1=1",
            "%",
            "_",
            "goo_",
            "'; DROP TABLE job; --",
            "'; DELETE FROM dataset; SELECT '",
            "'; UPDATE model SET name = 'taken'; --",
            "$$; DROP TABLE run; $$",
            "' UNION SELECT encode(sha256, 'hex') FROM api_key --",
            "' AND pg_sleep(60) IS NULL --",
            "' || pg_sleep(60) || '",
            "created_at desc, (select pg_sleep(60))",
            "(select version())",
            ":name",
            "?",
            "${1}",
            "{fn now()}",
            "\\x27",
            "a'::uuid",
            "E'\\\\'");

    /** A statement that sleeps for a minute would be broken off and answered with 503. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/jobs?dataset=",
                "/jobs?status=",
                "/jobs?sort=",
                "/jobs/",
                "/jobs/00000000-0000-0000-0000-000000000000",
                "/evaluations?dataset=",
                "/noise-audits?dataset=",
                "/dynamics?dataset=",
                "/dynamics/",
                "/dynamics/00000000-0000-0000-0000-000000000000/plot.svg?figure=",
                "/dynamics/00000000-0000-0000-0000-000000000000/plot.svg?measure=",
                "/datasets/",
                "/datasets?sort=",
                "/datasets?page=",
                "/datasets/good/samples/",
                "/datasets/good/samples/0?split=",
                "/models/",
                "/models?order=",
                "/score-sets/",
                "/score-sets?dataset=",
                "/score-sets?method=",
                "/score-sets?job=",
                "/score-sets/00000000-0000-0000-0000-000000000000/samples?order=",
                "/score-sets/00000000-0000-0000-0000-000000000000/compare?with=",
                "/score-sets/00000000-0000-0000-0000-000000000000/scores?stat=",
                "/score-sets/00000000-0000-0000-0000-000000000000/scores?format=",
                "/subsets/",
                "/subsets?ratio=0.5&dataset=",
                "/subsets?ratio=0.5&method=",
                "/subsets?ratio=0.5&job=",
                "/subsets?ratio=0.5&scoreSet=",
                "/subsets?ratio=0.5&policy=",
                "/subsets?ratio=0.5&order=",
                "/subsets/diff?b=x&a=",
                "/subsets/preview?ratio=0.5&dataset=",
                "/api-keys?sort="
            })
    void withSqlInATextReachNoStatement(String path) {
        String before = contents();
        for (String sql : SQL) {
            HttpResponse<String> answer = winnow.get(path + encoded(sql));
            assertThat(answer.statusCode()).as(sql + ": " + answer.body()).isBetween(200, 499);
            if (answer.statusCode() == 200) {
                assertThat(WinnowClient.json(answer).path("totalItems").asInt(-1))
                        .as(sql + ": " + answer.body())
                        .isZero();
            }
            assertThat(answer.body()).doesNotContain("PSQLException", "SELECT c", "syntax error", "PostgreSQL");
        }
        assertThat(contents()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /datasets     | {"name": SQL, "format": "idx", "location": "good"}
            /datasets     | {"name": "bad", "format": SQL, "location": "good"}
            /datasets     | {"name": "bad", "format": "idx", "location": SQL}
            /models       | {"name": SQL, "architecture": "mlp"}
            /models       | {"name": "bad", "architecture": SQL}
            /jobs         | {"dataset": SQL, "model": "net"}
            /jobs         | {"dataset": "good", "model": SQL}
            /jobs         | {"dataset": "good", "model": "net", "methods": [SQL]}
            /evaluations  | {"dataset": SQL, "model": "net", "ratios": [0.5]}
            /noise-audits | {"dataset": "good", "model": SQL}
            /dynamics     | {"dataset": SQL, "model": "net"}
            /subsets      | {"name": SQL, "ratio": 0.5}
            /subsets      | {"name": "bad", "ratio": 0.5, "policy": SQL}
            /subsets      | {"name": "bad", "ratio": 0.5, "dataset": SQL}
            /subsets      | {"name": "bad", "ratio": 0.5, "scoreSet": SQL}
            /score-sets   | {"name": "bad", "method": "el2n", "keeps": SQL, "scores": [1]}
            /score-sets   | {"name": "bad", "dataset": SQL, "method": "el2n", "keeps": "HIGHEST", "scores": [1]}
            /api-keys     | {"name": SQL, "scope": "read"}
            /api-keys     | {"name": "bad", "scope": SQL}
            """)
    void withSqlInATextOfTheBodyReachNoStatement(String path, String body) {
        String before = contents();
        // One of them is a name like others.
        for (String sql : SQL.stream().filter(text -> !text.equals("goo_")).toList()) {
            HttpResponse<String> answer = winnow.post(
                    path, body.replace("SQL", '"' + sql.replace("\\", "\\\\").replace("\"", "\\\"") + '"'));
            assertThat(answer.statusCode()).as(sql + ": " + answer.body()).isBetween(400, 499);
            assertThat(answer.body()).doesNotContain("PSQLException", "syntax error", "PostgreSQL");
        }
        assertThat(contents()).isEqualTo(before);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @ParameterizedTest
    @CsvSource({
        "ratio,/subsets?ratio=0.3&ratio=0.5",
        "seed,/subsets?ratio=0.3&seed=1&seed=1",
        "policy,/subsets?ratio=0.3&policy=top&policy=random",
        "size,/jobs?size=1&size=2",
        "page,/datasets?page=0&page=0",
        "size,/score-sets?size=1&size=2",
        "status,/jobs?status=QUEUED&status=FAILED"
    })
    void withAParameterTwiceAreRefusedByItsName(String field, String path) {
        HttpResponse<String> answer = winnow.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly(field);
    }

    @ParameterizedTest
    @MethodSource("io.winnow.testing.NumberSpellings#inBodiesOfJobs")
    void withANumberInAnotherFormInTheBodyAreRefused(String field, String body) {
        String before = contents();
        HttpResponse<String> answer = winnow.post("/jobs", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).contains(field);
        assertThat(contents()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/subsets?ratio=0.5&dataset=nope",
                "/subsets?ratio=0.5&scoreSet=00000000-0000-0000-0000-000000000000",
                "/jobs/00000000-0000-0000-0000-000000000000",
                "/datasets/nope",
                "/models/nope",
                "/nope"
            })
    void areToldThatNothingIsThere(String path) {
        HttpResponse<String> answer = winnow.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jobs", "/datasets", "/models", "/subsets", "/score-sets"})
    void ofAnotherContentTypeAreRefused(String path) {
        String before = contents();
        HttpResponse<String> answer = winnow.call(winnow.request(path)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(415);
        assertThat(fieldsOf(answer)).containsExactly("Content-Type");
        assertThat(contents()).isEqualTo(before);
    }

    /** A body that says it is packed is never unpacked: a thousandth of its length would pass the limit. */
    @ParameterizedTest
    @ValueSource(strings = {"/jobs", "/datasets", "/models", "/subsets", "/score-sets", "/evaluations", "/api-keys"})
    void ofAPackedBodyAreReadAsTheyAre(String path) throws IOException {
        String before = contents();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write("{\"name\": \"packed\", \"architecture\": \"mlp\"}".getBytes(StandardCharsets.UTF_8));
        }
        HttpResponse<String> answer = winnow.call(winnow.request(path)
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray())));
        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 415);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void ofAFormWithoutItsPartsAreRefused() {
        HttpResponse<String> answer = winnow.call(winnow.request("/score-sets")
                .header("Content-Type", "multipart/form-data")
                .POST(HttpRequest.BodyPublishers.ofString("x")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly("body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jobs", "/datasets", "/models", "/subsets"})
    void ofTenMegabytesAreRefused(String path) {
        String before = contents();
        String body = "{\"name\": \"%s\"}".formatted("x".repeat(10_000_000));
        HttpResponse<String> declared = winnow.call(winnow.request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(declared.statusCode()).isEqualTo(413);
        assertThat(fieldsOf(declared)).containsExactly("body");
        HttpResponse<String> chunked = winnow.call(winnow.request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(body))));
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(fieldsOf(chunked)).containsExactly("body");
        assertThat(contents()).isEqualTo(before);
    }

    private static List<String> fieldsOf(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(WinnowClient.json(answer).propertyNames())
                .contains("type", "title", "status", "detail", "instance", "errors");
        return WinnowClient.fieldsOf(answer);
    }

    /** How much of everything there is. */
    private String contents() {
        return Stream.of("dataset", "model", "job", "run", "scheduled_tasks", "score_set", "subset", "api_key")
                .map(table -> table + "="
                        + jdbc.sql("SELECT count(*) FROM " + table)
                                .query(Long.class)
                                .single())
                .toList()
                .toString();
    }
}
