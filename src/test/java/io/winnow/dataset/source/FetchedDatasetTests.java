package io.winnow.dataset.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.IdxFixture;
import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Datasets of an object store, from their registration to their deletion. */
@SpringBootTest(properties = "winnow.role=api")
@AutoConfigureMockMvc
@Import(TestDatabase.class)
class FetchedDatasetTests {

    private static final Path WORK =
            Path.of("target", "fetched-" + System.nanoTime()).toAbsolutePath();

    @Autowired
    MockMvcTester mvc;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.work-dir", () -> WORK);
        properties.add("winnow.data.roots", () -> WORK.resolve("data"));
        properties.add("winnow.data.s3.allowed", () -> "datasets/open");
        properties.add("winnow.data.s3.endpoint", () -> ObjectStore.shared().endpoint);
        properties.add("winnow.data.s3.path-style", () -> "true");
        properties.add("winnow.data.s3.access-key", () -> "key");
        properties.add("winnow.data.s3.secret-key", () -> "secret");
    }

    @BeforeAll
    static void fillStore() throws IOException {
        ObjectStore.shared().bucket("datasets");
        ObjectStore.shared().putFolder("datasets", "open/mode", IdxFixture.write(WORK.resolve("source"), 90, 30, 6, 3));
        ObjectStore.shared().put("datasets", "open/broken/train-images-idx3-ubyte", new byte[10]);
        ObjectStore.shared().put("datasets", "open/broken/train-labels-idx1-ubyte", new byte[10]);
        ObjectStore.shared().put("datasets", "closed/x", new byte[10]);
    }

    private MvcTestResult register(String name, String location) {
        return mvc.post()
                .uri("/datasets")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"name\": \"%s\", \"format\": \"idx\", \"location\": \"%s\"}".formatted(name, location))
                .exchange();
    }

    private void awaitState(String name, String state) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(mvc.get().uri("/datasets/" + name))
                        .bodyJson()
                        .extractingPath("$.state")
                        .isEqualTo(state));
    }

    private static List<Path> filesOf(String folder) throws IOException {
        Path path = WORK.resolve(folder);
        if (!Files.exists(path)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(path)) {
            return walk.filter(Files::isRegularFile).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Test
    void areFetchedIngestedAndDeletedWithAllThatWasFetched() throws IOException {
        assertThat(register("mode", "s3://datasets/open/mode")).hasStatus(202);
        awaitState("mode", "READY");
        var dataset = assertThat(mvc.get().uri("/datasets/mode")).bodyJson();
        dataset.extractingPath("$.location").isEqualTo("s3://datasets/open/mode");
        dataset.extractingPath("$.train.size").isEqualTo(90);
        assertThat(filesOf("sources")).hasSize(5);
        assertThat(mvc.delete().uri("/datasets/mode")).hasStatus(204);
        assertThat(filesOf("sources")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://datasets/open/none", "s3://datasets/open/broken"})
    void failWithWhatIsWrongAndKeepNoFile(String location) throws IOException {
        String name = location.substring(location.lastIndexOf('/') + 1);
        assertThat(register(name, location)).hasStatus(202);
        awaitState(name, "FAILED");
        assertThat(mvc.get().uri("/datasets/" + name))
                .bodyJson()
                .extractingPath("$.problems[0].message")
                .asString()
                .isNotBlank()
                .doesNotContain("Exception");
        assertThat(filesOf("sources")).isEmpty();
        assertThat(mvc.delete().uri("/datasets/" + name)).hasStatus(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://datasets/closed",
                "s3://datasets/open/../closed",
                "s3://other/open",
                "https://127.0.0.1/x.zip",
                "http://127.0.0.1/x.zip",
                "file:///etc",
                "upload:x.zip"
            })
    void areRefusedAtOnceFromWhereNothingMayBeFetched(String location) throws IOException {
        assertThat(register("refused", location))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.errors[*].field")
                .asArray()
                .containsExactly("location");
        assertThat(mvc.get().uri("/datasets/refused")).hasStatus(404);
        assertThat(filesOf("sources")).isEmpty();
    }
}
