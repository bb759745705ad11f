package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.SourcePositions;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.NewScoreSet;
import io.winnow.scoring.NewScoreSet.LabelSource;
import io.winnow.scoring.NewScoreSet.ScoreSource;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.testing.PictureFixture;
import io.winnow.testing.TestDatabase;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** From the file names of a folder to the list of those to keep. */
@SpringBootTest
@AutoConfigureMockMvc
@Import(TestDatabase.class)
class SampleKeysTests {

    private static final String[] NAMES = {"ant/=1+1.png", "ant/b, c.png", "bee/-c.png", "bee/d\"e.png"};

    @TempDir
    static Path folder;

    @Autowired
    MockMvcTester mvc;

    @Autowired
    Datasets datasets;

    @Autowired
    ScoreStore scores;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> folder.resolve("data").toString());
        properties.add("winnow.work-dir", () -> folder.resolve("work").toString());
    }

    private static Path pictures() throws IOException {
        Path root = folder.resolve("data/animals");
        for (int i = 0; i < NAMES.length; i++) {
            Path file = root.resolve(NAMES[i]);
            Files.createDirectories(file.getParent());
            Files.write(
                    file, PictureFixture.encode(PictureFixture.noise(4, 4, BufferedImage.TYPE_BYTE_GRAY, i), "png"));
        }
        return root;
    }

    private String body(String uri) {
        return new String(mvc.get().uri(uri).exchange().getResponse().getContentAsByteArray(), StandardCharsets.UTF_8);
    }

    private ScoreSet scored(String name) throws IOException {
        assertThat(mvc.post()
                        .uri("/datasets")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"name\": \"%s\", \"format\": \"image-folder\", \"location\": \"%s\"}"
                                .formatted(name, pictures())))
                .hasStatus(202);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(mvc.get().uri("/datasets/" + name))
                        .bodyJson()
                        .extractingPath("$.state")
                        .isEqualTo("READY"));
        return scores.add(new NewScoreSet(
                "mine",
                datasets.requireReady(name).id(),
                name,
                "mine",
                Keeps.HIGHEST,
                2,
                ScoreSource.of(new float[] {4, 3, 2, 1}),
                LabelSource.of(new int[] {0, 0, 1, 1}),
                SourcePositions.ALL));
    }

    @Test
    void namesTheSamplesOfListsByTheirFilesUntilTheDatasetIsDeleted() throws IOException {
        ScoreSet set = scored("animals");
        String list = "/subsets?ratio=0.75&order=importance&scoreSet=%s&format=".formatted(set.id());
        assertThat(body(list + "csv"))
                .isEqualTo("index,score,label,weight,key\r\n0,4.0,0,1,ant/=1+1.png\r\n"
                        + "1,3.0,0,1,\"ant/b, c.png\"\r\n2,2.0,1,1,bee/-c.png\r\n");
        assertThat(body(list + "ndjson").lines())
                .hasSize(3)
                .first()
                .isEqualTo("{\"index\":0,\"score\":4.0,\"label\":0,\"weight\":1,\"key\":\"ant/=1+1.png\"}");
        assertThat(mvc.get().uri("/score-sets/%s/suspects?limit=2".formatted(set.id())))
                .bodyJson()
                .extractingPath("$.suspects[*].key")
                .isEqualTo(List.of("ant/=1+1.png", "ant/b, c.png"));
        assertThat(mvc.get().uri("/datasets/animals/samples/3"))
                .bodyJson()
                .extractingPath("$.key")
                .isEqualTo("bee/d\"e.png");

        assertThat(mvc.delete().uri("/datasets/animals")).hasStatus(204);
        assertThat(body(list + "csv")).startsWith("index,score,label,weight\r\n0,4.0,0,1\r\n");
        assertThat(mvc.get().uri("/score-sets/%s/suspects".formatted(set.id())))
                .hasStatusOk()
                .bodyText()
                .doesNotContain("\"key\"");
    }

    @Test
    void storesTheNamesWithASubsetSoThatItOutlivesItsDataset() throws IOException {
        ScoreSet set = scored("stored-animals");
        assertThat(mvc.post()
                        .uri("/subsets")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"name\": \"half-of-animals\", \"ratio\": 0.5, \"scoreSet\": \"%s\"}"
                                .formatted(set.id())))
                .hasStatus(201);
        String csv = body("/subsets/half-of-animals?format=csv");
        assertThat(csv)
                .isEqualTo("index,score,label,weight,key\r\n0,4.0,0,1,ant/=1+1.png\r\n1,3.0,0,1,\"ant/b, c.png\"\r\n");
        assertThat(mvc.delete().uri("/datasets/stored-animals")).hasStatus(204);
        assertThat(body("/subsets/half-of-animals?format=csv")).isEqualTo(csv);
    }
}
