package io.winnow.model.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.verifyNoInteractions;

import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.djl.ScriptFixture;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockPart;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@SpringBootTest(
        properties = {
            "winnow.role=api",
            "winnow.models.torchscript.enabled=true",
            "winnow.models.torchscript.max-file=1MB"
        })
@AutoConfigureMockMvc
@Import(TestDatabase.class)
class TorchScriptApiTests {

    @TempDir
    static Path work;

    @DynamicPropertySource
    static void folders(DynamicPropertyRegistry registry) {
        registry.add("winnow.work-dir", () -> work.toString());
        registry.add("winnow.data.roots", () -> work.resolve("data").toString());
    }

    @Autowired
    MockMvcTester mvc;

    @Autowired
    JdbcClient jdbc;

    @MockitoBean
    SurrogateEngine engine;

    private MvcTestResult post(String metadata, byte[] file) {
        MockPart json = new MockPart("metadata", metadata.getBytes());
        json.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return mvc.post()
                .uri("/models")
                .multipart()
                .part(json, new MockPart("file", "net.pt", file))
                .exchange();
    }

    private static List<Path> kept() throws IOException {
        Path folder = work.resolve("models");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void keepsACheckedFileUntilItsModelIsDeleted() throws Exception {
        byte[] file = Files.readAllBytes(ScriptFixture.file("small-2.7.pt"));
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));

        var answer = assertThat(post("{\"name\": \"mine\", \"initialise\": \"reset\"}", file))
                .hasStatus(201)
                .hasHeader("Location", "/models/mine")
                .bodyJson();
        answer.extractingPath("$.architecture").isEqualTo("torchscript");
        answer.extractingPath("$.options")
                .asMap()
                .containsOnlyKeys("initialise")
                .containsEntry("initialise", "reset");
        answer.extractingPath("$.torchScript.sha256").isEqualTo(sum);
        answer.extractingPath("$.torchScript.bytes").isEqualTo(file.length);
        assertThat(kept()).hasSize(1);
        assertThat(post("{\"name\": \"mine\"}", file)).hasStatus(409);
        assertThat(kept()).hasSize(1);

        assertThat(mvc.delete().uri("/models/mine").exchange()).hasStatus(204);
        assertThat(kept()).isEmpty();
    }

    @Test
    void keepsNothingOfAFileThatItRefuses() throws Exception {
        Path hostile = ScriptFixture.changed(
                ScriptFixture.file("small-2.7.pt"),
                work.resolve("hostile.pt"),
                "code/__torch__.py",
                text -> text.replace("    fc = self.fc\n", "    torch.save(x, \"/tmp/pwn\")\n    fc = self.fc\n"));

        assertThat(post("{\"name\": \"hostile\"}", Files.readAllBytes(hostile)))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.errors[0].message")
                .asString()
                .contains("code/__torch__.py", "'torch.save' is not on the list of operators");
        assertThat(post("{\"name\": \"large\"}", new byte[2 << 20])).hasStatus(400);
        assertThat(post("{\"name\": \"odd\", \"initialise\": \"maybe\"}", new byte[10]))
                .hasStatus(400);
        assertThat(post("not json", new byte[10])).hasStatus(400);
        assertThat(kept()).isEmpty();
        assertThat(mvc.get().uri("/models/hostile").exchange()).hasStatus(404);
    }

    /** Its code may run in the process of a module alone, which a worker starts: not where it is checked and asked for. */
    @Test
    void isNeverLoadedByAProcessThatAnswersRequests() throws Exception {
        IdxFixture.write(work.resolve("data"), 40, 20, 28, 10);
        assertThat(json(
                        "/datasets",
                        "{\"name\": \"some\", \"format\": \"idx\", \"location\": \"%s\"}"
                                .formatted(work.resolve("data"))))
                .hasStatus(202);
        await().untilAsserted(() -> assertThat(mvc.get().uri("/datasets/some").exchange())
                .bodyJson()
                .extractingPath("$.state")
                .isEqualTo("READY"));
        assertThat(post("{\"name\": \"code\"}", Files.readAllBytes(ScriptFixture.file("small-2.7.pt"))))
                .hasStatus(201);
        String job = "{\"dataset\": \"some\", \"model\": \"code\", \"epochs\": 1}";
        CompletableFuture<MvcTestResult> estimated =
                CompletableFuture.supplyAsync(() -> json("/jobs?dryRun=true", job));
        await().untilAsserted(() -> assertThat(answerForAWorker()).isOne());
        assertThat(estimated.get()).hasStatus(200);
        MvcTestResult submitted = json("/jobs", job);
        assertThat(submitted).hasStatus(202);
        assertThat(mvc.get().uri("/models/code").exchange()).hasStatus(200);
        verifyNoInteractions(engine);
        assertThat(ProcessHandle.current().descendants())
                .noneMatch(child -> child.info().commandLine().orElse("").contains("ModuleServer"));

        String cancel = submitted.getResponse().getHeader("Location") + "/cancel";
        assertThat(mvc.post().uri(cancel).exchange()).hasStatus(202);
        assertThat(mvc.delete().uri("/models/code").exchange()).hasStatus(204);
    }

    /** None is up, for which a request would wait a while. */
    private int answerForAWorker() {
        return jdbc.sql(
                        "UPDATE measurement SET failure = 'none', worker = 'none', measured_at = now() WHERE failure IS NULL")
                .update();
    }

    private MvcTestResult json(String path, String body) {
        return mvc.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }
}
