package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Runs the README's curl lines as they stand, one after the other, waiting where the README says to wait. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
class ReadmeTests {

    private static final Path WORK =
            Path.of("target", "readme-" + System.nanoTime()).toAbsolutePath();

    @LocalServerPort
    int port;

    @TempDir
    Path folder;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.work-dir", () -> WORK);
    }

    @Test
    void theCurlExamplesWorkAsTheyStand() throws Exception {
        List<String> commands = curlExamples();
        assertThat(commands).hasSizeGreaterThan(6);
        for (String command : commands) {
            String answer = run(command);
            assertThat(answer).as(command).doesNotContain("urn:winnow:problem");
            if (command.contains("/datasets -H")) {
                waitFor("/datasets/fashion-mnist-10k", "\"state\":\"READY\"");
            } else if (command.contains("/jobs -H")) {
                waitFor("/jobs", "\"status\":\"SUCCEEDED\"");
            } else if (command.contains("ratio=0.3'")) {
                assertThat(answer).contains("\"size\":3000", "\"indices\":[");
            } else if (command.contains("format=csv")) {
                assertThat(answer.lines()).hasSize(3001);
            }
        }
        // A header of 128 bytes and 3,000 integers of eight.
        assertThat(Files.size(folder.resolve("keep.npy"))).isEqualTo(128 + 8 * 3000);
    }

    private void waitFor(String path, String wanted) {
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> run("curl -s localhost:8080" + path).contains(wanted));
    }

    private String run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", command.replace("localhost:8080", "localhost:" + port))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + "\n" + output).isZero();
        return output;
    }

    /** The commands of the README's bash blocks; a backslash at the end of a line continues it. */
    private static List<String> curlExamples() throws IOException {
        return Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .flatMap(block -> block.group(1).replace("\\\n", " ").lines())
                .filter(line -> line.startsWith("curl"))
                .toList();
    }
}
