package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.IdxFixture;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Of everything that callers make and that stays, so many are kept and not one more. {@code JobQueueTests} has jobs. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "winnow.most-stored.datasets=2",
            "winnow.most-stored.models=2",
            "winnow.most-stored.subsets=2",
            "winnow.most-stored.imported-scores=2",
            "winnow.most-stored.api-keys=3"
        })
@Import(TestDatabase.class)
class StoredCapsTests {

    @TempDir
    static Path folder;

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    private final WinnowClient winnow = new WinnowClient(() -> port);

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> folder.resolve("data").toString());
        properties.add("winnow.work-dir", () -> folder.resolve("work").toString());
    }

    @BeforeEach
    void empty() {
        for (String table : List.of("subset", "score_set", "model", "dataset", "api_key")) {
            jdbc.sql("DELETE FROM " + table).update();
        }
    }

    @Test
    void keepsAsManyDatasetsAsMayBeAndHasRoomForAnotherWhenOneIsDeleted() throws IOException {
        IdxFixture.write(folder.resolve("data"), 6, 3, 2, 3);
        assertThat(registerDataset("one").statusCode()).isEqualTo(202);
        assertThat(registerDataset("two").statusCode()).isEqualTo(202);
        refused(registerDataset("three"), "there are 2 datasets already", "DELETE /datasets/{name}");
        winnow.ready("two");
        winnow.delete("/datasets/two");
        assertThat(registerDataset("three").statusCode()).isEqualTo(202);
        winnow.ready("one");
        assertThat(winnow.post("/datasets/one/ingest", "").statusCode())
                .as("one that takes another's place is not one more")
                .isEqualTo(202);
    }

    @Test
    void keepsAsManyModelsAsMayBeAndHasRoomForAnotherWhenOneIsDeleted() {
        assertThat(registerModel("one").statusCode()).isEqualTo(201);
        assertThat(registerModel("two").statusCode()).isEqualTo(201);
        refused(registerModel("three"), "there are 2 models already", "DELETE /models/{name}");
        winnow.delete("/models/two");
        assertThat(registerModel("three").statusCode()).isEqualTo(201);
    }

    @Test
    void keepsAsManySubsetsAsMayBe() {
        winnow.send("/score-sets", scores("mine"));
        assertThat(store("one").statusCode()).isEqualTo(201);
        assertThat(store("two").statusCode()).isEqualTo(201);
        refused(store("three"), "there are 2 stored subsets already", "winnow.most-stored.subsets");
    }

    @Test
    void keepsAsManyImportedScoreSetsAsMayBeAndCountsNoneOfJobs() {
        winnow.send("/score-sets", scores("of-a-job"));
        jdbc.sql("UPDATE score_set SET job_id = gen_random_uuid()").update();
        assertThat(winnow.post("/score-sets", scores("one")).statusCode()).isEqualTo(201);
        assertThat(winnow.post("/score-sets", scores("two")).statusCode()).isEqualTo(201);
        refused(
                winnow.post("/score-sets", scores("three")),
                "there are 2 imported score sets already",
                "winnow.most-stored.imported-scores");
    }

    @Test
    void keepsAsManyKeysAsMayBeAndForgetsThoseThatEndedLongestAgo() {
        String first = made("first");
        String second = made("second");
        made("third");
        refused(makeKey("fourth"), "there are 3 API keys already", "winnow.most-stored.api-keys");
        assertThat(winnow.delete("/api-keys/" + second).statusCode()).isEqualTo(204);
        assertThat(winnow.delete("/api-keys/" + first).statusCode()).isEqualTo(204);
        made("fourth");
        assertThat(namesOfKeys())
                .as("the second was revoked before the first")
                .containsExactly("fourth", "third", "first");
        jdbc.sql("UPDATE api_key SET expires_at = now() - interval '1 day' WHERE name = 'third'")
                .update();
        made("fifth");
        assertThat(namesOfKeys()).as("the third ended before the first").containsExactly("fifth", "fourth", "first");
        made("sixth");
        refused(makeKey("seventh"), "there are 3 API keys already", "revoke some");
        assertThat(namesOfKeys()).containsExactly("sixth", "fifth", "fourth");
    }

    private String made(String name) {
        HttpResponse<String> answer = makeKey(name);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return WinnowClient.json(answer).get("id").asString();
    }

    private HttpResponse<String> makeKey(String name) {
        return winnow.post("/api-keys", "{\"name\": \"%s\", \"scope\": \"read\"}".formatted(name));
    }

    private List<String> namesOfKeys() {
        return winnow.read("/api-keys")
                .get("items")
                .valueStream()
                .map(key -> key.get("name").asString())
                .toList();
    }

    @Test
    void keepsNoMoreHoweverManyComeAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "m" + i;
            calls.add(() -> registerModel(name).statusCode());
        }
        List<Integer> answers = new ArrayList<>();
        for (Future<Integer> call : threads.invokeAll(calls)) {
            answers.add(call.get());
        }
        threads.shutdown();
        assertThat(answers).containsExactlyInAnyOrder(201, 201, 409, 409, 409, 409, 409, 409);
        assertThat(winnow.read("/models").get("totalItems").asInt()).isEqualTo(2);
    }

    private HttpResponse<String> registerDataset(String name) {
        return winnow.post(
                "/datasets",
                "{\"name\": \"%s\", \"format\": \"idx\", \"location\": \"%s\"}"
                        .formatted(name, folder.resolve("data")));
    }

    private HttpResponse<String> registerModel(String name) {
        return winnow.post("/models", "{\"name\": \"%s\", \"architecture\": \"mlp\"}".formatted(name));
    }

    private HttpResponse<String> store(String name) {
        return winnow.post("/subsets", "{\"name\": \"%s\", \"ratio\": 0.5}".formatted(name));
    }

    private static String scores(String name) {
        return "{\"name\": \"%s\", \"method\": \"mine\", \"keeps\": \"HIGHEST\", \"scores\": [3, 1, 2, 4]}"
                .formatted(name);
    }

    private static void refused(HttpResponse<String> answer, String what, String remedy) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        assertThat(WinnowClient.json(answer).get("detail").asString()).contains(what, remedy);
    }
}
