package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import io.winnow.model.torchscript.TorchScriptFile;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.TorchScriptProperties;
import io.winnow.surrogate.UnusableModelException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Hostile code that no scan saw, in the process that runs modules: it fails there and leaves nothing. */
@EnabledOnOs(OS.LINUX)
class ConfinementTests {

    @TempDir
    private Path folder;

    private Path kept;
    private List<String> buffers;

    @BeforeEach
    void keep() throws Exception {
        TorchScriptFile scanned = TorchScriptFile.scan(ScriptFixture.file("small-2.7.pt"), 1 << 24);
        kept = folder.resolve("kept.pt");
        buffers = scanned.buffers();
        try (OutputStream out = Files.newOutputStream(kept)) {
            scanned.write(out);
        }
    }

    @Test
    void holdsTheProcessByMoreThanOneMeans() throws Exception {
        Path named = Files.copy(kept, folder.resolve(UUID.randomUUID() + ".pt"));
        try (ScriptedSurrogate surrogate = (ScriptedSurrogate)
                ScriptFixture.loadKept(named, buffers, ScriptFixture.SHAPE, ScriptFixture.CLASSES, false, 1)) {
            assertThat(surrogate.confinement()).contains("limits");
            assertThat(surrogate.confinement()).containsAnyOf("landlock", "seccomp");
        }
    }

    @Test
    void letsNoCodeWriteAFile() throws Exception {
        Path target = folder.resolve("written");
        Path hostile = hostile("torch.save(x, \"%s\")".formatted(target));

        run(hostile);
        assertThat(target).doesNotExist();

        // The same code in a process that nothing holds: it would have written.
        try (ScriptedModule module = new ScriptedModule(hostile, Device.cpu(), TorchScriptProperties.BUFFERS)) {
            module.input(
                    ScriptFixture.SHAPE, Element.UINT8, ScriptFixture.samples().normalisation());
            module.evaluate(ScriptFixture.batch());
        }
        assertThat(target).exists();
    }

    @Test
    void letsNoCodeOverwriteAFile() throws Exception {
        Path target = Files.writeString(folder.resolve("precious"), "kept");

        run(hostile("torch.save(x, \"%s\")".formatted(target)));

        assertThat(target).hasContent("kept");
    }

    @Test
    void letsNoCodeReadAForeignFile() {
        assertFails("x = torch.from_file(\"/etc/passwd\", False, 10)", "/etc/passwd");
    }

    @Test
    void endsWhatTakesMoreMemoryThanItMay() {
        assertFails("x = torch.add(x, torch.sum(torch.ones([1000000000000])))", "memory");
    }

    @Test
    void endsWhatNeverEnds() throws Exception {
        Path harmless = Files.copy(kept, folder.resolve(UUID.randomUUID() + ".pt"));
        long begun = System.nanoTime();
        run(harmless);
        Duration enough = Duration.ofNanos(3 * (System.nanoTime() - begun)).plusSeconds(2);
        Path endless = hostile("""
                i = 0
                    while True:
                      i = torch.add(i, 1)""");
        assertThatExceptionOfType(UnusableModelException.class)
                .isThrownBy(() -> ScriptFixture.loadKept(
                        endless, buffers, ScriptFixture.SHAPE, ScriptFixture.CLASSES, false, 1, enough))
                .withMessageContaining("longer than " + enough);
    }

    /** Not by the code of a module, which has no words for it, but by what a hole in the engine would give it. */
    @Test
    void letsTheProcessOpenNoSocketAndStartNoProgramme() throws Exception {
        List<String> free = ConfinedAttempts.of(kept, folder, false);
        assertThat(free)
                .containsExactly(
                        "connect: done",
                        "listen: done",
                        "send: done",
                        "local socket: done",
                        "programme: done",
                        "write: done");
        List<String> confined = ConfinedAttempts.of(kept, folder, true);
        assertThat(confined).hasSameSizeAs(free).allMatch(attempt -> attempt.endsWith(": refused"));
    }

    @Test
    void leavesTheProcessNothingOfTheEnvironmentButWhatTheEngineReads() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PATH", "/bin",
                "OMP_NUM_THREADS", "2",
                "CUDA_VISIBLE_DEVICES", "0",
                "SPRING_DATASOURCE_PASSWORD", "canary",
                "SPRING_APPLICATION_JSON", "{\"spring.datasource.password\": \"canary\"}",
                "WINNOW_DATA_S3_SECRETKEY", "canary",
                "AWS_SECRET_ACCESS_KEY", "canary",
                "WINNOW_API_KEY", "canary",
                "PGPASSWORD", "canary",
                "JAVA_TOOL_OPTIONS", "-Dspring.datasource.password=canary"));
        JavaCommand.keepEngineSettings(environment);
        assertThat(environment).containsOnlyKeys("PATH", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES");
    }

    private void assertFails(String statement, String reason) {
        assertThatExceptionOfType(UnusableModelException.class)
                .isThrownBy(() -> run(hostile(statement)))
                .withMessageContaining(reason);
    }

    private Path hostile(String statement) throws Exception {
        return ScriptFixture.changed(
                kept,
                folder.resolve(UUID.randomUUID() + ".pt"),
                "code/__torch__.py",
                text -> text.replace(
                        "    features = self.features\n", "    " + statement + "\n    features = self.features\n"));
    }

    private void run(Path file) throws Exception {
        ScriptFixture.loadKept(file, buffers, ScriptFixture.SHAPE, ScriptFixture.CLASSES, false, 1)
                .close();
    }
}
