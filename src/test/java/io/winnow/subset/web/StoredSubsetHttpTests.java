package io.winnow.subset.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.dataset.SourcePositions;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.NewScoreSet;
import io.winnow.scoring.NewScoreSet.LabelSource;
import io.winnow.scoring.NewScoreSet.ScoreSource;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Stored subsets over HTTP against the real database. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
class StoredSubsetHttpTests {

    private static final int SIZE = 250_000;

    @LocalServerPort
    int port;

    @Autowired
    ScoreStore store;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    JsonMapper json;

    private final WinnowClient winnow = new WinnowClient(() -> port);
    ScoreSet set;

    @BeforeEach
    void importScores() {
        Random random = new Random(1);
        float[] scores = new float[SIZE];
        int[] labels = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            scores[i] = random.nextFloat();
            labels[i] = random.nextInt(10);
        }
        set = store.add(new NewScoreSet(
                "mine",
                null,
                null,
                "mine",
                Keeps.HIGHEST,
                0,
                ScoreSource.of(scores),
                LabelSource.of(labels),
                SourcePositions.ALL));
    }

    @Test
    void servesAStoredSubsetInEveryFormatAfterItsScoresAreGone() throws Exception {
        String query = "ratio=0.3&policy=calibrated&seed=4&order=importance&scoreSet=" + set.id();
        JsonNode asked = json.readTree(winnow.get("/subsets?" + query).body());
        String csv = winnow.get("/subsets?format=csv&" + query).body();

        var answer = winnow.post("/subsets", """
                {"name": "third", "ratio": 0.3, "policy": "calibrated", "seed": 4, "order": "importance", "scoreSet": "%s"}
                """.formatted(set.id()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode kept = json.readTree(answer.body());
        assertThat(answer.headers().firstValue("Location"))
                .hasValue("/subsets/" + kept.get("id").asString());
        jdbc.update("DELETE FROM score_set WHERE id = ?", set.id());

        for (String name : List.of("third", kept.get("id").asString())) {
            JsonNode stored = json.readTree(winnow.get("/subsets/" + name).body());
            assertThat(stored.get("indices")).isEqualTo(asked.get("indices"));
            assertThat(stored.get("weights")).isEqualTo(asked.get("weights"));
            assertThat(stored.get("checksum")).isEqualTo(asked.get("checksum"));
            assertThat(stored.get("classCounts")).isEqualTo(asked.get("classCounts"));
            assertThat(stored.get("name").asString()).isEqualTo("third");
        }
        assertThat(winnow.get("/subsets/third?format=csv").body()).isEqualTo(csv);
        assertThat(winnow.get("/subsets?" + query).statusCode()).isEqualTo(404);
        assertThat(json.readTree(winnow.get("/subsets").body()).get("items").toString())
                .contains("\"third\"")
                .doesNotContain("\"indices\":");
        assertThat(json.readTree(winnow.get("/subsets?page=0&size=1").body())
                        .get("size")
                        .asInt())
                .isEqualTo(1);

        String tag = winnow.get("/subsets/third").headers().firstValue("ETag").orElseThrow();
        assertThat(winnow.get("/subsets/third", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
    }

    @Test
    void findsASampleByItsPlaceInTheOrder() {
        int[] ranking = store.ranking(set.id(), SIZE);
        float[] scores = store.scores(set.id());
        for (int place : new int[] {0, 1, 65_535, 65_536, SIZE - 1}) {
            assertThat(store.placed(set.id(), place))
                    .isEqualTo(new ScoreStore.Placed(ranking[place], scores[ranking[place]]));
        }
    }

    @Test
    void refusesANameThatIsTaken() throws Exception {
        String body = "{\"name\": \"twice\", \"ratio\": 0.1, \"scoreSet\": \"%s\"}".formatted(set.id());
        assertThat(winnow.post("/subsets", body).statusCode()).isEqualTo(201);
        assertThat(winnow.post("/subsets", body).statusCode()).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "ratio": 0.3                                    | name
            "name": "diff", "ratio": 0.3                    | name
            "name": "Upper", "ratio": 0.3                   | name
            "name": "00000000-0000-0000-0000-000000000000", "ratio": 0.3 | name
            "name": "a"                                     | ratio
            "name": "a", "ratio": "0.3"                     | ratio
            "name": "a", "ratio": 1e-400                    | ratio
            "name": "a", "ratio": 1e999999999               | ratio
            "name": "a", "ratio": 0.3, "alpha": 0.5         | alpha
            "name": "a", "ratio": 0.3, "seed": 1.5          | seed
            "name": "a", "ratio": 0.3, "rate": 1            | rate
            """)
    void refusesABadBodyNamingTheField(String fields, String field) throws Exception {
        var answer = winnow.post("/subsets", "{" + fields + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json.readTree(answer.body())
                        .get("errors")
                        .get(0)
                        .get("field")
                        .asString())
                .isEqualTo(field);
    }

    @Test
    void comparesAStoredSubsetWithARequest() throws Exception {
        winnow.post("/subsets", "{\"name\": \"half\", \"ratio\": 0.5, \"scoreSet\": \"%s\"}".formatted(set.id()));
        String request = URLEncoder.encode("ratio=0.25&scoreSet=" + set.id(), StandardCharsets.UTF_8);
        JsonNode answer =
                json.readTree(winnow.get("/subsets/diff?a=half&b=" + request).body());
        JsonNode difference = answer.get("difference");
        assertThat(difference.get("intersection").asInt()).isEqualTo(SIZE / 4);
        assertThat(difference.get("onlyA").asInt()).isEqualTo(SIZE / 4);
        assertThat(difference.get("onlyB").asInt()).isZero();
        assertThat(difference.get("jaccard").asDouble()).isCloseTo(0.5, within(1e-12));
        int inClasses = 0;
        for (JsonNode of : difference.get("classes")) {
            inClasses += of.get("intersection").asInt();
        }
        assertThat(inClasses).isEqualTo(SIZE / 4);
        assertThat(answer.get("a").get("name").asString()).isEqualTo("half");
        assertThat(winnow.get("/subsets/diff?a=half&b=nothing").statusCode()).isEqualTo(404);
        assertThat(winnow.get("/subsets/diff?a=half").statusCode()).isEqualTo(400);
        assertThat(winnow.get("/subsets/diff?a=half&b=ratio%3D2").statusCode()).isEqualTo(400);
    }

    @Test
    void saysWhereToLookForASubsetThatIsNotThere() throws Exception {
        assertThat(winnow.get("/subsets/nothing").statusCode()).isEqualTo(404);
        assertThat(winnow.get("/subsets/nothing").body()).contains("GET /subsets");
        assertThat(winnow.get("/subsets/nothing?ratio=1").statusCode()).isEqualTo(400);
    }
}
