package io.winnow.deploy;

import static io.winnow.deploy.Yaml.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Reads the rendered manifests field by field. */
class ChartTests {

    private static final List<String> cases = Chart.CASES;

    /** The kinds of volumes that the standard lets pods have. */
    private static final List<String> RESTRICTED_VOLUMES = List.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    private static final Map<String, List<Map<String, Object>>> rendered = new LinkedHashMap<>();

    @BeforeAll
    static void render() throws Exception {
        Optional<Path> helm = Chart.helm();
        assumeTrue(helm.isPresent(), "helm is not there: tools/deploy/check.sh --tools builds it where Go is");
        for (String values : cases) {
            rendered.put(values, Chart.render(helm.get(), values));
        }
    }

    private static List<Map<String, Object>> workloads(String values) {
        return rendered.get(values).stream()
                .filter(manifest -> at(manifest, "spec", "template", "spec") != null)
                .toList();
    }

    private static Map<String, Object> manifest(String values, String kind, String name) {
        return rendered.get(values).stream()
                .filter(manifest -> kind.equals(manifest.get("kind")) && name.equals(at(manifest, "metadata", "name")))
                .findFirst()
                .orElseThrow(() -> new AssertionError(values + " has no " + kind + " " + name));
    }

    private static Map<String, Object> container(String values, String role) {
        List<Map<String, Object>> containers =
                at(manifest(values, "Deployment", "winnow-" + role), "spec", "template", "spec", "containers");
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }

    @ParameterizedTest
    @FieldSource("cases")
    void everyPodSatisfiesTheRestrictedPodSecurityStandard(String values) {
        assertThat(workloads(values)).hasSizeGreaterThanOrEqualTo(2);
        for (Map<String, Object> workload : workloads(values)) {
            Map<String, Object> pod = at(workload, "spec", "template", "spec");
            assertThat(Yaml.<Boolean>at(pod, "securityContext", "runAsNonRoot")).isTrue();
            assertThat(Yaml.<Integer>at(pod, "securityContext", "runAsUser")).isPositive();
            assertThat(Yaml.<String>at(pod, "securityContext", "seccompProfile", "type"))
                    .isEqualTo("RuntimeDefault");
            assertThat(pod)
                    .doesNotContainKeys("hostNetwork", "hostPID", "hostIPC", "initContainers", "serviceAccountName");
            List<Map<String, Object>> volumes = at(pod, "volumes");
            assertThat(volumes)
                    .isNotEmpty()
                    .allSatisfy(volume -> assertThat(RESTRICTED_VOLUMES)
                            .containsAll(volume.keySet().stream()
                                    .filter(key -> !key.equals("name"))
                                    .toList()));
            List<Map<String, Object>> containers = at(pod, "containers");
            for (Map<String, Object> container : containers) {
                assertThat(Yaml.<Map<String, Object>>at(container, "securityContext"))
                        .containsOnly(
                                Map.entry("allowPrivilegeEscalation", false),
                                Map.entry("privileged", false),
                                Map.entry("readOnlyRootFilesystem", true),
                                Map.entry("capabilities", Map.of("drop", List.of("ALL"))));
                List<Map<String, Object>> ports = at(container, "ports");
                assertThat(ports).allSatisfy(port -> assertThat(port).doesNotContainKey("hostPort"));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("cases")
    void noPodHoldsATokenOfTheCluster(String values) {
        for (Map<String, Object> workload : workloads(values)) {
            Map<String, Object> pod = at(workload, "spec", "template", "spec");
            assertThat(pod)
                    .containsEntry("automountServiceAccountToken", false)
                    .containsEntry("enableServiceLinks", false);
        }
    }

    @ParameterizedTest
    @FieldSource("cases")
    void everyContainerHasALimitOfMemoryAndEveryScratchVolumeASize(String values) {
        for (Map<String, Object> workload : workloads(values)) {
            List<Map<String, Object>> containers = at(workload, "spec", "template", "spec", "containers");
            assertThat(containers).allSatisfy(container -> {
                assertThat(Yaml.<Object>at(container, "resources", "limits", "memory"))
                        .isNotNull();
                assertThat(Yaml.<Object>at(container, "resources", "requests", "cpu"))
                        .isNotNull();
            });
            List<Map<String, Object>> volumes = at(workload, "spec", "template", "spec", "volumes");
            assertThat(volumes)
                    .filteredOn(volume -> volume.containsKey("emptyDir"))
                    .isNotEmpty()
                    .allSatisfy(volume -> assertThat(Yaml.<Object>at(volume, "emptyDir", "sizeLimit"))
                            .isNotNull());
        }
    }

    @ParameterizedTest
    @FieldSource("cases")
    void everyPodHasAMinuteToLetGoOfItsWork(String values) {
        assertThat(workloads(values))
                .allSatisfy(workload -> assertThat(
                                Yaml.<Integer>at(workload, "spec", "template", "spec", "terminationGracePeriodSeconds"))
                        .isEqualTo(60));
    }

    @ParameterizedTest
    @FieldSource("cases")
    void livenessAndReadinessAreAskedApart(String values) {
        for (String role : List.of("api", "worker")) {
            Map<String, Object> container = container(values, role);
            assertThat(Yaml.<String>at(container, "livenessProbe", "httpGet", "path"))
                    .isEqualTo("/actuator/health/liveness");
            assertThat(Yaml.<String>at(container, "startupProbe", "httpGet", "path"))
                    .isEqualTo("/actuator/health/liveness");
            assertThat(Yaml.<String>at(container, "readinessProbe", "httpGet", "path"))
                    .isEqualTo("/actuator/health/readiness");
        }
    }

    @ParameterizedTest
    @FieldSource("cases")
    void passwordsAreFilesAndNeverArgumentsOrVariables(String values) {
        for (Map<String, Object> workload : workloads(values)) {
            List<Map<String, Object>> containers = at(workload, "spec", "template", "spec", "containers");
            for (Map<String, Object> container : containers) {
                assertThat(container).doesNotContainKeys("args", "envFrom");
                List<Map<String, Object>> environment = at(container, "env");
                assertThat(environment).allSatisfy(variable -> {
                    assertThat(variable).doesNotContainKey("valueFrom");
                    assertThat((String) variable.get("name")).doesNotEndWith("PASSWORD");
                });
            }
        }
    }

    @ParameterizedTest
    @FieldSource("cases")
    void everyProcessAsksForCredentialsUnlessToldLoudlyNotTo(String values) {
        boolean anonymous = values.equals("keda");
        for (String role : List.of("api", "worker")) {
            List<Map<String, Object>> environment = at(container(values, role), "env");
            List<Map<String, Object>> mounts = at(container(values, role), "volumeMounts");
            assertThat(environment.contains(Map.of("name", "WINNOW_SECURITY_ALLOWANONYMOUS", "value", "true")))
                    .isEqualTo(anonymous);
            assertThat(mounts.contains(Map.of("name", "auth", "mountPath", "/run/secrets/auth", "readOnly", true)))
                    .isNotEqualTo(anonymous);
        }
    }

    @Test
    void makesKeysOf256RandomBitsOfWhichTheMetricsKeyMayOnlyRead() {
        Map<String, String> data = at(manifest("default", "Secret", "winnow-auth"), "data");
        data.replaceAll((property, value) ->
                new String(java.util.Base64.getDecoder().decode(value), java.nio.charset.StandardCharsets.UTF_8));
        assertThat(data)
                .containsOnlyKeys(
                        "winnow.security.keys.admin.value",
                        "winnow.security.keys.admin.scope",
                        "winnow.security.keys.metrics.value",
                        "winnow.security.keys.metrics.scope")
                .containsEntry("winnow.security.keys.admin.scope", "admin")
                .containsEntry("winnow.security.keys.metrics.scope", "read");
        assertThat(data.get("winnow.security.keys.admin.value"))
                .matches("wnw_[A-Za-z0-9]{43}")
                .isNotEqualTo(data.get("winnow.security.keys.metrics.value"));
    }

    @Test
    void prometheusReadsMetricsByItsOwnKey() {
        List<Map<String, Object>> endpoints =
                at(manifest("ingress-monitoring", "ServiceMonitor", "winnow"), "spec", "endpoints");
        assertThat(Yaml.<Object>at(endpoints.get(0), "authorization", "credentials"))
                .isEqualTo(Map.of("name", "winnow-api-keys", "key", "winnow.security.keys.metrics.value"));
    }

    @Test
    void bringsTheAlertsAsTheyAreAndOnlyWhenAsked() throws IOException {
        Map<String, Object> alerts = Yaml.documents(Files.readString(Path.of("helm", "winnow", "files", "alerts.yml")))
                .get(0);
        assertThat(Yaml.<Object>at(manifest("ingress-monitoring", "PrometheusRule", "winnow"), "spec"))
                .isEqualTo(alerts);
        assertThat(rendered.get("default")).extracting(made -> made.get("kind")).doesNotContain("PrometheusRule");
    }

    @ParameterizedTest
    @FieldSource("cases")
    void aWorkerReachesPostgresqlAndNamesAndNothingElse(String values) {
        Map<String, Object> policy = manifest(values, "NetworkPolicy", "winnow-worker");
        assertThat(Yaml.<List<String>>at(policy, "spec", "policyTypes")).containsExactly("Ingress", "Egress");
        List<Map<String, Object>> egress = at(policy, "spec", "egress");
        boolean traced = values.equals("ingress-monitoring");
        assertThat(egress).hasSize(traced ? 3 : 2);
        if (traced) {
            assertThat(egress.get(2).get("ports")).isEqualTo(List.of(Map.of("protocol", "TCP", "port", 4318)));
        }
        int databasePort = values.equals("external-db") ? 5433 : 5432;
        assertThat(egress.get(0).get("ports")).isEqualTo(List.of(Map.of("protocol", "TCP", "port", databasePort)));
        assertThat(egress.get(0)).containsKey("to");
        assertThat(egress.get(1).get("ports"))
                .isEqualTo(List.of(Map.of("protocol", "UDP", "port", 53), Map.of("protocol", "TCP", "port", 53)));
        assertThat(Yaml.<Object>at(policy, "spec", "ingress") != null).isEqualTo(values.equals("ingress-monitoring"));
    }

    @ParameterizedTest
    @FieldSource("cases")
    void selectorsFindTheirPodsAndNoOthers(String values) {
        for (String role : List.of("api", "worker")) {
            Map<String, String> labels =
                    at(manifest(values, "Deployment", "winnow-" + role), "spec", "template", "metadata", "labels");
            Map<String, String> budget =
                    at(manifest(values, "PodDisruptionBudget", "winnow-" + role), "spec", "selector", "matchLabels");
            assertThat(labels).containsAllEntriesOf(budget).containsEntry("app.kubernetes.io/component", role);
            assertThat(budget).containsEntry("app.kubernetes.io/component", role);
        }
        Map<String, String> service = at(manifest(values, "Service", "winnow"), "spec", "selector");
        assertThat(service).containsEntry("app.kubernetes.io/component", "api");
    }

    @Test
    void withAnExternalDatabaseNoneIsStartedAndNoPasswordIsMade() {
        assertThat(rendered.get("external-db"))
                .extracting(manifest -> manifest.get("kind"))
                .doesNotContain("StatefulSet", "Secret");
        assertThat(container("external-db", "api").get("image").toString()).contains("@sha256:");
        List<Map<String, Object>> environment = at(container("external-db", "api"), "env");
        assertThat(environment)
                .contains(Map.of(
                        "name",
                        "SPRING_DATASOURCE_URL",
                        "value",
                        "jdbc:postgresql://postgres.example.com:5433/winnow?sslmode=verify-full"))
                .contains(Map.of(
                        "name",
                        "SPRING_CONFIG_IMPORT",
                        "value",
                        "configtree:/run/secrets/database/,configtree:/run/secrets/auth/"));
    }

    /** A worker trains one run at a time: on a run for the CPU its GPU would be idle. */
    @Test
    void besideWorkersOnGpusOthersTakeTheWorkForTheCpu() {
        Map<String, Object> onGpu = Map.of("name", "WINNOW_ENGINE_LANE", "value", "gpu");
        Map<String, Object> onCpu = Map.of("name", "WINNOW_ENGINE_LANE", "value", "cpu");
        List<Map<String, Object>> main = at(container("gpu", "worker"), "env");
        assertThat(main).contains(onGpu).doesNotContain(onCpu);
        Map<String, Object> deployment = manifest("gpu", "Deployment", "winnow-cpu-worker");
        List<Map<String, Object>> containers = at(deployment, "spec", "template", "spec", "containers");
        List<Map<String, Object>> cpu = at(containers.get(0), "env");
        assertThat(cpu).contains(onCpu, Map.of("name", "WINNOW_ROLE", "value", "worker"));
        assertThat(Yaml.<Object>at(containers.get(0), "resources", "limits", "nvidia.com/gpu"))
                .isNull();
        Map<String, String> selector = at(deployment, "spec", "selector", "matchLabels");
        Map<String, String> others =
                at(manifest("gpu", "Deployment", "winnow-worker"), "spec", "template", "metadata", "labels");
        assertThat(others).doesNotContainEntry("winnow.io/workers", selector.get("winnow.io/workers"));
        List<Map<String, Object>> alone = at(container("default", "worker"), "env");
        assertThat(alone).extracting(variable -> variable.get("name")).doesNotContain("WINNOW_ENGINE_LANE");
        assertThat(rendered.get("default")).noneMatch(made -> "winnow-cpu-worker".equals(at(made, "metadata", "name")));
    }

    @Test
    void onlyWorkersGetGpus() {
        assertThat(Yaml.<Integer>at(container("gpu", "worker"), "resources", "limits", "nvidia.com/gpu"))
                .isEqualTo(1);
        assertThat(Yaml.<Object>at(container("gpu", "api"), "resources", "limits", "nvidia.com/gpu"))
                .isNull();
        Map<String, Object> pod = at(manifest("gpu", "Deployment", "winnow-worker"), "spec", "template", "spec");
        assertThat(pod).containsKeys("nodeSelector", "tolerations").containsEntry("runtimeClassName", "nvidia");
        assertThat(container("gpu", "worker").get("image")).isEqualTo("registry.example.com/winnow-gpu:0.1.0");
    }

    @Test
    void autoscalersAreTheOnlyOnesToCountReplicas() {
        for (String role : List.of("api", "worker")) {
            assertThat(Yaml.<Object>at(manifest("keda", "Deployment", "winnow-" + role), "spec", "replicas"))
                    .isNull();
            assertThat(Yaml.<Integer>at(manifest("default", "Deployment", "winnow-" + role), "spec", "replicas"))
                    .isPositive();
        }
        assertThat(Yaml.<String>at(
                        manifest("keda", "HorizontalPodAutoscaler", "winnow-api"), "spec", "scaleTargetRef", "name"))
                .isEqualTo("winnow-api");
        List<Map<String, Object>> triggers = at(manifest("keda", "ScaledObject", "winnow-worker"), "spec", "triggers");
        assertThat(Yaml.<String>at(triggers.get(0), "metadata", "query")).contains("from scheduled_tasks");
    }

    @Test
    void routesLeadToTheApi() {
        assertThat(manifest("ingress-monitoring", "Ingress", "winnow").toString())
                .contains("service={name=winnow, ");
        List<Map<String, Object>> rules = at(manifest("ingress-monitoring", "HTTPRoute", "winnow"), "spec", "rules");
        assertThat(Yaml.<Object>at(rules.get(0), "backendRefs"))
                .isEqualTo(List.of(Map.of("name", "winnow", "port", 8080)));
    }
}
