package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** Runs the Python examples as they stand, where Python is there with what they need. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
class PythonExampleTests {

    /** Another interpreter than {@code python3} is named by the environment's {@code WINNOW_PYTHON}. */
    private static final String PYTHON = System.getenv().getOrDefault("WINNOW_PYTHON", "python3");

    @LocalServerPort
    int port;

    @Test
    void runsTheExampleAgainstTheService() throws Exception {
        assumeTrue(
                run("-c", "import requests, numpy").code() == 0,
                "skipped: %s with requests and numpy is not there".formatted(PYTHON));
        Outcome outcome = run("prune.py", "http://127.0.0.1:" + port);
        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output())
                .contains("kept 3000 of 10000 samples", "the weights sum to 10000", "refused: ratio must be");
    }

    @Test
    void trainsByPyTorchOnWhatIsKept() throws Exception {
        assumeTrue(
                run("-c", "import requests, numpy, torch").code() == 0,
                "skipped: %s with requests, numpy and torch is not there".formatted(PYTHON));
        Outcome outcome = run("pytorch_subset.py", "http://127.0.0.1:" + port);
        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output())
                .containsPattern("top: 3000 of 10000 samples, accuracy on the test split 0\\.[5-9]")
                .containsPattern("calibrated: 3000 of 10000 samples, accuracy on the test split 0\\.[5-9]");
    }

    private record Outcome(int code, String output) {}

    private static Outcome run(String... arguments) throws InterruptedException {
        List<String> command =
                Stream.concat(Stream.of(PYTHON, "-B"), Arrays.stream(arguments)).toList();
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("examples", "python").toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException e) {
            return new Outcome(-1, "cannot start " + PYTHON);
        }
    }
}
