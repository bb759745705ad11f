package io.winnow.deploy;

import static io.winnow.deploy.Yaml.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Compose file promises; {@code tools/deploy/check.sh} reads it with Compose's own parser. */
class ComposeTests {

    private final Map<String, Object> compose;

    ComposeTests() throws IOException {
        compose =
                Yaml.documents(Files.readString(Path.of("docker-compose.yml"))).get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "worker", "worker-gpu"})
    void confinesEachProcessOfTheService(String name) {
        Map<String, Object> service = at(compose, "services", name);
        assertThat(service)
                .containsEntry("read_only", true)
                .containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("security_opt", List.of("no-new-privileges:true"))
                .containsEntry("stop_grace_period", "60s")
                .containsKey("mem_limit")
                .doesNotContainKeys("privileged", "network_mode", "pid", "cap_add", "user");
        assertThat(Yaml.<String>at(service, "depends_on", "postgres", "condition"))
                .isEqualTo("service_healthy");
    }

    @Test
    void givesEachProcessItsRole() {
        assertThat(Yaml.<String>at(compose, "services", "api", "environment", "WINNOW_ROLE"))
                .isEqualTo("api");
        assertThat(Yaml.<String>at(compose, "services", "worker", "environment", "WINNOW_ROLE"))
                .isEqualTo("worker");
        assertThat(Yaml.<String>at(compose, "services", "worker-gpu", "environment", "WINNOW_ROLE"))
                .isEqualTo("worker");
    }

    @Test
    void publishesPortsOnTheLoopbackAddressOnly() {
        Map<String, Object> services = at(compose, "services");
        for (Map.Entry<String, Object> service : services.entrySet()) {
            List<String> ports = at(service.getValue(), "ports");
            for (String port : ports == null ? List.<String>of() : ports) {
                assertThat(port)
                        .as(service.getKey())
                        .matches("(\\$\\{WINNOW_ADDRESS:-127\\.0\\.0\\.1}|127\\.0\\.0\\.1):.+");
            }
        }
        assertThat(Yaml.<Object>at(services, "postgres", "ports")).isNull();
    }

    @Test
    void keepsPasswordsInFiles() {
        Map<String, Object> services = at(compose, "services");
        for (Map.Entry<String, Object> service : services.entrySet()) {
            Map<String, Object> environment = at(service.getValue(), "environment");
            for (String variable : environment == null ? List.<String>of() : List.copyOf(environment.keySet())) {
                assertThat(variable.contains("PASSWORD") && !variable.endsWith("_FILE") && !variable.endsWith("__FILE"))
                        .as("%s of %s is a password", variable, service.getKey())
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "worker", "worker-gpu"})
    void givesEachProcessTheKeyOfTheAdministratorAsAFile(String name) {
        String key = "winnow.security.keys.admin.value";
        assertThat(Yaml.<List<String>>at(compose, "services", name, "secrets")).contains(key);
        assertThat(Yaml.<String>at(compose, "secrets", key, "file")).isEqualTo("./deploy/secrets/" + key);
        assertThat(Yaml.<Map<String, Object>>at(compose, "services", name, "environment"))
                .containsEntry("SPRING_CONFIG_IMPORT", "configtree:/run/secrets/")
                .doesNotContainKey("WINNOW_SECURITY_ALLOWANONYMOUS");
    }

    @Test
    void startsTheGpuAndTheMonitoringOnlyWhenAskedTo() {
        assertThat(Yaml.<List<String>>at(compose, "services", "worker-gpu", "profiles"))
                .containsExactly("gpu");
        assertThat(Yaml.<List<String>>at(compose, "services", "prometheus", "profiles"))
                .containsExactly("monitoring");
        assertThat(Yaml.<List<String>>at(compose, "services", "grafana", "profiles"))
                .containsExactly("monitoring");
        assertThat(Yaml.<Object>at(compose, "services", "api", "profiles")).isNull();
        assertThat(Yaml.<Object>at(compose, "services", "worker", "profiles")).isNull();
    }

    @Test
    void pinsTheVersionsOfOthersImages() {
        for (String service : List.of("postgres", "prometheus", "grafana")) {
            assertThat(Yaml.<String>at(compose, "services", service, "image"))
                    .matches("[a-z/]+:v?\\d+\\.\\d+(\\.\\d+)?");
        }
    }
}
