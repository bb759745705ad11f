package io.winnow.dataset.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is wrong with data is told by file and sample, and nothing of it stays behind. */
@SpringBootTest(properties = "winnow.role=api")
@AutoConfigureMockMvc
@Import(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputsTests {

    private static final Path FOLDER =
            Path.of("target", "bad-inputs-" + System.nanoTime()).toAbsolutePath();

    @Autowired
    MockMvcTester mvc;

    @Autowired
    JdbcClient jdbc;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> FOLDER.resolve("data"));
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
    }

    @AfterAll
    void deleteFolder() throws IOException {
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    static List<BadInput> inputs() {
        return BadInput.all();
    }

    @Test
    void knowsManyWaysInWhichDataIsWrong() {
        List<BadInput> all = inputs();
        Set<String> names = new HashSet<>();
        all.forEach(input ->
                assertThat(names.add(input.format() + " " + input.what())).isTrue());
        assertThat(all).hasSizeGreaterThanOrEqualTo(60);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void saysWhatIsWrongAndLeavesNothing(BadInput input) throws Exception {
        String name = "bad-" + Math.abs((input.format() + input.what()).hashCode());
        Path folder = Files.createDirectories(FOLDER.resolve("data").resolve(name));
        String location = input.maker().make(folder);
        Set<String> before = stores();
        String body = "{\"name\": \"%s\", \"format\": \"%s\", \"location\": \"%s\"%s}"
                .formatted(name, input.format(), folder.resolve(location), input.more());
        var answer = mvc.post()
                .uri("/datasets")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
        String text = new String(answer.getResponse().getContentAsByteArray(), StandardCharsets.UTF_8);
        if (input.sample() == BadInput.AT_ONCE) {
            assertThat(answer.getResponse().getStatus()).as(text).isEqualTo(400);
            assertThat(text).contains(input.message());
            assertThat(jdbc.sql("SELECT count(*) FROM dataset WHERE name = :name")
                            .param("name", name)
                            .query(Integer.class)
                            .single())
                    .isZero();
        } else {
            assertThat(answer.getResponse().getStatus()).as(text).isEqualTo(202);
            JsonNode dataset = await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> dataset(name),
                            view -> !view.get("state").asString().equals("INGESTING"));
            assertThat(dataset.get("state").asString()).as(dataset.toString()).isEqualTo("FAILED");
            JsonNode problems = dataset.get("problems");
            JsonNode problem = problems.get(problems.size() - 1);
            assertThat(problem.get("message").asString()).contains(input.message());
            assertThat(
                            problem.get("sample").isNull()
                                    ? BadInput.WHOLE
                                    : problem.get("sample").asInt())
                    .isEqualTo(input.sample());
        }
        assertThat(stores()).isEqualTo(before);
    }

    private JsonNode dataset(String name) throws Exception {
        return JsonMapper.shared()
                .readTree(mvc.get()
                        .uri("/datasets/" + name)
                        .exchange()
                        .getResponse()
                        .getContentAsByteArray());
    }

    private static Set<String> stores() throws IOException {
        Path stores = FOLDER.resolve("work/datasets");
        if (!Files.exists(stores)) {
            return Set.of();
        }
        try (Stream<Path> list = Files.walk(stores)) {
            return new HashSet<>(
                    list.skip(1).map(path -> stores.relativize(path).toString()).toList());
        }
    }
}
