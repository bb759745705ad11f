package io.winnow.dataset.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.dataset.DatasetUse;
import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.SampleScores;
import io.winnow.dataset.Split;
import io.winnow.dataset.TensorStore;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.TestDatabase;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@SpringBootTest
@AutoConfigureMockMvc
@Import({TestDatabase.class, DatasetApiTests.OtherFeatures.class})
class DatasetApiTests {

    @TempDir
    static Path folder;

    @Autowired
    MockMvcTester mvc;

    @Autowired
    Datasets datasets;

    @Autowired
    OtherFeatures others;

    Path root;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> folder.resolve("data").toString());
        properties.add("winnow.work-dir", () -> folder.resolve("work").toString());
    }

    @BeforeEach
    void writeData() throws IOException {
        root = folder.resolve("data");
        IdxFixture.write(root.resolve("tiny"), 90, 30, 6, 3);
    }

    private MvcTestResult post(String body) {
        return mvc.post()
                .uri("/datasets")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    private MvcTestResult register(String name, Path location) {
        return post("""
                {"name": "%s", "format": "idx", "location": "%s"}""".formatted(name, location));
    }

    private ReadyDataset ready(String name) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(mvc.get().uri("/datasets/" + name))
                        .bodyJson()
                        .extractingPath("$.state")
                        .isEqualTo("READY"));
        return datasets.requireReady(name);
    }

    private ReadyDataset registered(String name) {
        assertThat(register(name, root.resolve("tiny"))).hasStatus(202);
        return ready(name);
    }

    @Test
    void registersIngestsAndDescribesADataset() {
        assertThat(register("tiny", root.resolve("tiny")))
                .hasStatus(202)
                .hasHeader(HttpHeaders.LOCATION, "/datasets/tiny")
                .bodyJson()
                .extractingPath("$.name")
                .isEqualTo("tiny");
        ready("tiny");
        var answer = assertThat(mvc.get().uri("/datasets/tiny")).hasStatusOk().bodyJson();
        answer.extractingPath("$.format").isEqualTo("idx");
        answer.extractingPath("$.progress").isEqualTo(1.0);
        answer.extractingPath("$.shape").asArray().containsExactly(1, 6, 6);
        answer.extractingPath("$.classes").asArray().containsExactly("0", "1", "2");
        answer.extractingPath("$.train.size").isEqualTo(90);
        answer.extractingPath("$.train.classCounts").asArray().containsExactly(30, 30, 30);
        answer.extractingPath("$.train.checksum").asString().matches("sha256:[0-9a-f]{64}");
        answer.extractingPath("$.test.size").isEqualTo(30);
        answer.extractingPath("$.mean").asArray().hasSize(1);
        answer.extractingPath("$.std").asArray().hasSize(1);
        answer.extractingPath("$.problems").asArray().isEmpty();
        answer.extractingPath("$.createdAt").asString().endsWith("Z");
        assertThat(mvc.get().uri("/datasets"))
                .bodyJson()
                .extractingPath("$.items[?(@.name == 'tiny')].state")
                .asArray()
                .containsExactly("READY");
    }

    @Test
    void handsOutTheSamplesAsTheyWereInTheFiles() {
        ReadyDataset dataset = registered("samples");
        byte[] expected = IdxFixture.pixels(IdxFixture.labels(90, 3), 6, 3, 1);
        try (TensorStore store = datasets.open(dataset, Split.TRAIN)) {
            assertThat(store.size()).isEqualTo(90);
            java.nio.ByteBuffer all = java.nio.ByteBuffer.allocate(expected.length);
            for (int i = 0; i < 90; i++) {
                store.copyTo(i, all);
            }
            assertThat(all.array()).isEqualTo(expected);
            assertThat(store.normalisation().mean())
                    .isEqualTo(dataset.normalisation().mean());
        }
    }

    @Test
    void showsASampleWithItsScoresAndAsPng() throws IOException {
        registered("shown");
        var sample = assertThat(mvc.get().uri("/datasets/shown/samples/4"))
                .hasStatusOk()
                .bodyJson();
        sample.extractingPath("$.label").isEqualTo(1);
        sample.extractingPath("$.class").isEqualTo("1");
        sample.extractingPath("$.scores.el2n").isEqualTo(0.25);

        MvcTestResult image = mvc.get().uri("/datasets/shown/samples/4/image").exchange();
        assertThat(image).hasStatusOk().hasContentType(MediaType.IMAGE_PNG);
        BufferedImage png = ImageIO.read(
                new ByteArrayInputStream(image.getMvcResult().getResponse().getContentAsByteArray()));
        byte[] expected = Arrays.copyOfRange(IdxFixture.pixels(IdxFixture.labels(90, 3), 6, 3, 1), 4 * 36, 5 * 36);
        for (int i = 0; i < 36; i++) {
            assertThat(png.getRaster().getSample(i % 6, i / 6, 0)).isEqualTo(expected[i] & 0xFF);
        }

        String etag = image.getMvcResult().getResponse().getHeader(HttpHeaders.ETAG);
        assertThat(mvc.get().uri("/datasets/shown/samples/4/image").header(HttpHeaders.IF_NONE_MATCH, etag))
                .hasStatus(304);
        assertThat(mvc.get().uri("/datasets/shown/samples/4/image?split=test").header(HttpHeaders.IF_NONE_MATCH, etag))
                .hasStatusOk();
        assertThat(mvc.get().uri("/datasets/shown/samples/90")).hasStatus(404);
        assertThat(mvc.get().uri("/datasets/shown/samples/-1")).hasStatus(404);
        assertThat(mvc.get().uri("/datasets/shown/samples/first")).hasStatus(400);
        assertThat(mvc.get().uri("/datasets/shown/samples/1?split=dev")).hasStatus(400);
    }

    @Test
    void refusesANameThatIsTaken() {
        registered("twice");
        assertThat(register("twice", root.resolve("tiny"))).hasStatus(409);
    }

    @Test
    void deletesADatasetWithItsFilesUnlessItIsInUse() {
        ReadyDataset dataset = registered("gone");
        Path stores = folder.resolve("work/datasets/" + dataset.id());
        assertThat(stores).isNotEmptyDirectory();
        others.busy.set(true);
        assertThat(mvc.delete().uri("/datasets/gone"))
                .hasStatus(409)
                .bodyJson()
                .extractingPath("$.detail")
                .asString()
                .contains("a test uses it");
        others.busy.set(false);
        assertThat(mvc.delete().uri("/datasets/gone")).hasStatus(204);
        assertThat(stores).doesNotExist();
        assertThat(mvc.get().uri("/datasets/gone")).hasStatus(404);
        assertThat(mvc.delete().uri("/datasets/gone")).hasStatus(404);
        registered("gone");
    }

    @Test
    void saysWhatFailedWhenTheDataTurnsOutBadDuringIngest() throws IOException {
        // The pictures of the test split are larger than those of the training split, which each file alone can't tell.
        Path data = IdxFixture.write(root.resolve("mixed"), 20, 10, 6, 2);
        Path other = IdxFixture.write(folder.resolve("other"), 20, 10, 7, 2);
        Files.copy(
                other.resolve("t10k-images-idx3-ubyte"),
                data.resolve("t10k-images-idx3-ubyte"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(register("mixed", data)).hasStatus(202);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(mvc.get().uri("/datasets/mixed"))
                        .bodyJson()
                        .extractingPath("$.state")
                        .isEqualTo("FAILED"));
        var answer = assertThat(mvc.get().uri("/datasets/mixed")).bodyJson();
        answer.extractingPath("$.problems[0].sample").isEqualTo(0);
        answer.extractingPath("$.problems[0].message").asString().contains("1×7×7");
        answer.extractingPath("$.train").isNull();
        assertThat(mvc.get().uri("/datasets/mixed/samples/0")).hasStatus(409);
        assertThat(mvc.delete().uri("/datasets/mixed")).hasStatus(204);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name       | {"name": null, "format": "idx", "location": "tiny"}
            name       | {"format": "idx", "location": "tiny"}
            name       | {"name": "", "format": "idx", "location": "tiny"}
            name       | {"name": "Upper", "format": "idx", "location": "tiny"}
            name       | {"name": ".dot", "format": "idx", "location": "tiny"}
            name       | {"name": "a/b", "format": "idx", "location": "tiny"}
            name       | {"name": "a b", "format": "idx", "location": "tiny"}
            name       | {"name": "a\\r\\nb", "format": "idx", "location": "tiny"}
            name       | {"name": "0123456789012345678901234567890123456789012345678901234567890123", "format": "idx", "location": "tiny"}
            name       | {"name": ["bad"], "format": "idx", "location": "tiny"}
            format     | {"name": "bad", "location": "tiny"}
            format     | {"name": "bad", "format": "IDX", "location": "tiny"}
            format     | {"name": "bad", "format": "csv", "location": "tiny"}
            location   | {"name": "bad", "format": "idx"}
            location   | {"name": "bad", "format": "idx", "location": " "}
            location   | {"name": "bad", "format": "idx", "location": "no-such-folder"}
            location   | {"name": "bad", "format": "idx", "location": "../work"}
            location   | {"name": "bad", "format": "idx", "location": "/etc"}
            location   | {"name": "bad", "format": "idx", "location": "tiny\\u0000"}
            location   | {"name": "bad", "format": "idx", "location": "escape"}
            location   | {"name": "bad", "format": "idx", "location": "leaky"}
            location   | {"name": "bad", "format": "idx", "location": "tiny/train-images-idx3-ubyte"}
            location   | {"name": "bad", "format": "idx", "location": "empty"}
            location   | {"name": "bad", "format": "idx", "location": "truncated"}
            location   | {"name": "bad", "format": "idx", "location": "lengths"}
            location   | {"name": "bad", "format": "idx", "location": "one-class"}
            location   | {"name": "bad", "format": "idx", "location": "not-idx"}
            location   | {"name": "bad", "format": "idx", "location": "unlabelled"}
            files.train | {"name": "bad", "format": "idx", "location": "tiny", "files": {"train": ["no*"]}}
            files.train | {"name": "bad", "format": "idx", "location": "tiny", "files": {"train": ["["]}}
            files.train | {"name": "bad", "format": "idx", "location": "tiny", "files": {"train": ["*"]}}
            files.test  | {"name": "bad", "format": "idx", "location": "tiny", "files": {"test": ["no*"]}}
            files.train | {"name": "bad", "format": "idx", "location": "tiny", "files": {"train": "all"}}
            files.dev   | {"name": "bad", "format": "idx", "location": "tiny", "files": {"dev": []}}
            classes    | {"name": "bad", "format": "idx", "location": "tiny", "classes": ["only"]}
            classes    | {"name": "bad", "format": "idx", "location": "tiny", "classes": ["a", "b"]}
            classes    | {"name": "bad", "format": "idx", "location": "tiny", "classes": ["a", "a", "b"]}
            classes    | {"name": "bad", "format": "idx", "location": "tiny", "classes": ["a", null, "b"]}
            colour     | {"name": "bad", "format": "idx", "location": "tiny", "colour": "red"}
            body       | {"name": "bad",
            body       | []
            body       | ``
            """)
    void refusesABadRegistrationAndKeepsNothing(String field, String body) throws IOException {
        writeBadData();
        MvcTestResult answer = post(body);
        assertThat(answer).hasStatus(400).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer)
                .bodyJson()
                .extractingPath("$.errors[*].field")
                .asArray()
                .contains(field);
        assertThat(answer)
                .bodyText()
                .doesNotContain("Exception")
                .doesNotContain("root:")
                .doesNotContain("io.winnow");
        assertThat(mvc.get().uri("/datasets/bad")).hasStatus(404);
    }

    private void writeBadData() throws IOException {
        Files.createDirectories(root.resolve("empty"));
        Path truncated = IdxFixture.write(root.resolve("truncated"), 10, 5, 4, 2);
        shorten(truncated.resolve("train-images-idx3-ubyte"));
        Path lengths = IdxFixture.write(root.resolve("lengths"), 10, 5, 4, 2);
        Files.write(lengths.resolve("train-labels-idx1-ubyte"), IdxFixture.labelFile(IdxFixture.labels(9, 2)));
        IdxFixture.write(root.resolve("one-class"), 10, 5, 4, 1);
        Path notIdx = IdxFixture.write(root.resolve("not-idx"), 10, 5, 4, 2);
        Files.writeString(notIdx.resolve("train-labels-idx1-ubyte"), "not an IDX file");
        Path unlabelled = IdxFixture.write(root.resolve("unlabelled"), 10, 5, 4, 2);
        Files.delete(unlabelled.resolve("train-labels-idx1-ubyte"));
        Path outside = IdxFixture.write(folder.resolve("outside"), 10, 5, 4, 2);
        link(root.resolve("escape"), outside);
        Path leaky = IdxFixture.write(root.resolve("leaky"), 10, 5, 4, 2);
        Files.delete(leaky.resolve("train-images-idx3-ubyte"));
        link(leaky.resolve("train-images-idx3-ubyte"), outside.resolve("train-images-idx3-ubyte"));
    }

    private static void shorten(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    }

    private static void link(Path link, Path target) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, target);
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class OtherFeatures {

        final AtomicBoolean busy = new AtomicBoolean();

        @Bean
        DatasetUse testUse() {
            return id -> busy.get() ? Optional.of("a test uses it") : Optional.empty();
        }

        @Bean
        SampleScores testScores() {
            return (id, index) -> Map.of("el2n", 0.25);
        }
    }
}
