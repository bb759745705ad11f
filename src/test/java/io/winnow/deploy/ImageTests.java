package io.winnow.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTests {

    private final Dockerfile dockerfile;

    ImageTests() throws IOException {
        dockerfile = Dockerfile.read(Path.of("Dockerfile"));
    }

    @Test
    void buildsTheImageForCpusWhenNoTargetIsNamed() {
        List<Dockerfile.Stage> stages = dockerfile.stages();
        assertThat(stages.get(stages.size() - 1).name()).isEqualTo("cpu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void runsAsANumericUserThatIsNotRoot(String target) {
        assertThat(dockerfile.stage(target).only("USER")).matches("[1-9][0-9]*:[1-9][0-9]*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void givesItsUserTheVolumeAndNothingElse(String target) {
        Dockerfile.Stage stage = dockerfile.stage(target);
        List<String> owned = stage.all("COPY").stream()
                .filter(copy -> copy.contains("--chown"))
                .toList();
        assertThat(owned)
                .singleElement()
                .asString()
                .endsWith(" /var/lib/winnow")
                .contains("--chown=" + stage.only("USER"));
        assertThat(stage.only("VOLUME")).isEqualTo("[\"/var/lib/winnow\"]");
        assertThat(stage.all("RUN")).as("commands in the image itself").isEmpty();
        assertThat(stage.all("ADD")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void startsJavaWithoutAShell(String target) {
        Dockerfile.Stage stage = dockerfile.stage(target);
        assertThat(stage.only("ENTRYPOINT"))
                .startsWith("[\"/opt/java/bin/java\", ")
                .doesNotContain("sh\"");
        assertThat(stage.only("HEALTHCHECK"))
                .contains("CMD [\"/opt/java/bin/java\", ")
                .contains("\"HealthCheck\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void downloadsNothingAndTellsNobodyAtRunTime(String target) {
        Map<String, String> environment = dockerfile.stage(target).environment();
        assertThat(environment)
                .containsEntry("DJL_OFFLINE", "true")
                .containsEntry("OPT_OUT_TRACKING", "true")
                .containsEntry("PYTORCH_LIBRARY_PATH", "/opt/winnow/natives/torch/lib")
                .containsEntry("SERVER_ADDRESS", "0.0.0.0");
        assertThat(environment.get("DJL_CACHE_DIR")).startsWith("/var/lib/winnow/");
        assertThat(environment.get("ENGINE_CACHE_DIR")).startsWith("/var/lib/winnow/");
        assertThat(environment.get("WINNOW_HOME")).isEqualTo("/var/lib/winnow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void bringsLettersToDrawPlotsWith(String target) throws IOException {
        assertThat(dockerfile.stage(target).all("COPY")).contains("--from=fonts /fonts /");
        assertThat(dockerfile.stage("fonts").all("RUN"))
                .singleElement()
                .asString()
                .endsWith("fonts.sh /fonts");
        assertThat(Files.readString(Path.of("deploy/image/fonts.conf"))).contains("<dir>/usr/share/fonts</dir>");
    }

    @Test
    void theTargetsDifferInTheirEngineOnly() {
        Map<String, String> gpu = dockerfile.stage("gpu").environment();
        assertThat(gpu).containsEntry("PYTORCH_FLAVOR", "cu128");
        Set<String> differing = gpu.entrySet().stream()
                .filter(entry -> !entry.getValue()
                        .equals(dockerfile.stage("cpu").environment().get(entry.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        assertThat(differing)
                .containsExactlyInAnyOrder("PYTORCH_FLAVOR", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES");
        for (String instruction : List.of("ENTRYPOINT", "HEALTHCHECK", "USER", "VOLUME", "EXPOSE")) {
            assertThat(dockerfile.stage("gpu").only(instruction))
                    .isEqualTo(dockerfile.stage("cpu").only(instruction));
        }
    }

    @Test
    void copiesOnlyFromStagesThatAreThere() {
        Set<String> names =
                dockerfile.stages().stream().map(Dockerfile.Stage::name).collect(Collectors.toSet());
        for (Dockerfile.Stage stage : dockerfile.stages()) {
            for (String copy : stage.all("COPY")) {
                if (copy.contains("--from=")) {
                    assertThat(names).contains(copy.replaceAll(".*--from=(\\S+).*", "$1"));
                }
            }
        }
    }

    @Test
    void bringsTheTorchThatTheEngineWasBuiltFor() throws Exception {
        String engine = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile())
                .getElementsByTagName("pytorch.version")
                .item(0)
                .getTextContent();
        assertThat(dockerfile.stage("torch").all("ARG")).contains("TORCH_VERSION=" + engine);
    }

    @Test
    void endsTheProcessWhenTheHeapIsExhausted() throws IOException {
        assertThat(Files.readAllLines(Path.of("deploy/image/java.options")))
                .contains("-XX:+ExitOnOutOfMemoryError", "-Djna.nounpack=true");
    }

    @Test
    void sendsTheBuilderNoSecretsAndNoHistory() throws IOException {
        assertThat(Files.readAllLines(Path.of(".dockerignore")).stream()
                        .filter(line -> !line.startsWith("#"))
                        .toList())
                .containsExactly("*", "!.mvn", "!mvnw", "!pom.xml", "!openapi.yaml", "!src/main", "!deploy/image");
    }
}
