package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

/** Runs the commands of the README and of the guide to HTTP as they stand. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
class ReadmeTests {

    /** Another interpreter than {@code python3} is named by the environment's {@code WINNOW_PYTHON}. */
    private static final String PYTHON = System.getenv().getOrDefault("WINNOW_PYTHON", "python3");

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

    /** The guide's blocks are one script; the last of its answers that is a problem is the one that it shows as such. */
    @Test
    void theGuideToHttpWorksAsItStands() throws Exception {
        assumeTrue(finds("jq"), "skipped: jq is not there");
        String output = run("set -euo pipefail\n" + String.join("\n", blocks("docs/http.md", "bash")));
        assertThat(output.split("urn:winnow:problem", -1)).as(output).hasSize(2);
        assertThat(output)
                .contains("\"status\": \"SUCCEEDED\"", "\"estimate\"", "\"keeps\": \"HIGHEST\"", "\"overlap\"")
                .contains("\"policy\": \"top\"", "\"size\": 3000", "\"total\": 10000", "event:status", "\n304\n")
                .contains("scoreSet,method,policy,parameters,ratio", "\"field\": \"model\"", "\"field\": \"runs\"");
        assertThat(Files.size(folder.resolve("keep.npy"))).isEqualTo(128 + 8 * 3000);
        assertThat(Files.size(folder.resolve("scores.npy"))).isEqualTo(128 + 4 * 10_000);
        assertThat(Files.readAllLines(folder.resolve("keep.txt"))).hasSize(3000);
        assertThat(Files.readAllLines(folder.resolve("keep.csv"))).hasSize(3001);

        assumeTrue(
                finds("%s -c 'import requests, numpy'".formatted(PYTHON)), "skipped: no Python with requests, numpy");
        Files.writeString(
                folder.resolve("guide.py"),
                blocks("docs/http.md", "python").get(0).replace("localhost:8080", "localhost:" + port));
        assertThat(run(PYTHON + " guide.py")).contains("3000 samples to keep", "the weights sum to 10000");
    }

    private boolean finds(String command) throws IOException, InterruptedException {
        String asked = command.contains(" ") ? command : "command -v " + command;
        return new ProcessBuilder("bash", "-c", asked)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
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
        return blocks("README.md", "bash").stream()
                .flatMap(block -> block.replace("\\\n", " ").lines())
                .filter(line -> line.startsWith("curl"))
                .toList();
    }

    private static List<String> blocks(String page, String language) throws IOException {
        return Pattern.compile("```%s\n(.*?)```".formatted(language), Pattern.DOTALL)
                .matcher(Files.readString(Path.of(page)))
                .results()
                .map(block -> block.group(1))
                .toList();
    }
}
