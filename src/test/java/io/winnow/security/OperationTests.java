package io.winnow.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.OpenApiDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

/** The table of operations and scopes says what the contract says, and nothing more. */
class OperationTests {

    /** What is served beside the contract's operations. */
    private static final Set<String> BESIDE = Set.of(
            "GET /",
            "GET /ui/**",
            "GET /webjars/chart.js/dist/chart.umd.min.js",
            "GET /openapi.yaml",
            "GET /swagger-ui.html",
            "GET /swagger-ui/**",
            "GET /v3/api-docs",
            "GET /v3/api-docs.yaml",
            "GET /v3/api-docs/swagger-config",
            "GET /actuator/health",
            "GET /actuator/health/**",
            "GET /actuator/info",
            "GET /actuator/prometheus");

    @Test
    void hasARowForEachOperationOfTheContractAndForNoOther() throws Exception {
        Map<String, String> contract = contract(Files.readString(Path.of("openapi.yaml")));
        assertThat(contract).hasSizeGreaterThan(30);
        assertThat(table()).isEqualTo(contract);
    }

    @Test
    void missesAnOperationThatIsNewInTheContract() throws Exception {
        String grown = Files.readString(Path.of("openapi.yaml")).replaceFirst("\npaths:\n", """

                paths:
                  /new:
                    post:
                      operationId: new
                      security: [{ bearer: [submit] }, { apiKey: [submit] }]
                      responses: {}
                """);
        assertThat(contract(grown)).containsEntry("POST /new", "{apiKey=[submit], bearer=[submit]}");
        assertThat(table()).isNotEqualTo(contract(grown)).doesNotContainKey("POST /new");
    }

    @Test
    void refusesWhatHasNoRow() {
        assertThat(Operation.of("GET", "/nope")).isEmpty();
        assertThat(Operation.of("DELETE", "/jobs")).isEmpty();
        assertThat(Operation.of("GET", "/jobs/1/2")).isEmpty();
        assertThat(Operation.of("HEAD", "/jobs/1")).isEqualTo(Operation.of("GET", "/jobs/1"));
    }

    @Test
    void deletesAndHandsOutKeysForAdministratorsOnly() {
        assertThat(Operation.ALL)
                .filteredOn(operation -> operation.method().name().equals("DELETE")
                        || operation.path().getPatternString().startsWith("/api-keys"))
                .hasSizeGreaterThan(4)
                .allMatch(operation -> operation.scope() == Scope.ADMIN);
        assertThat(Operation.ALL)
                .filteredOn(operation -> !operation.method().name().equals("GET"))
                .allMatch(operation -> operation.scope() == Scope.ADMIN || operation.scope() == Scope.SUBMIT);
    }

    private static Map<String, String> contract(String yaml) {
        OpenApiDocument document = OpenApiDocument.parse(yaml);
        return document.operations().stream()
                .collect(Collectors.toMap(
                        operation -> operation,
                        operation -> document.security(operation).toString(),
                        (a, b) -> a,
                        TreeMap::new));
    }

    private static Map<String, String> table() {
        Map<String, String> table = new TreeMap<>();
        for (Operation operation : Operation.ALL) {
            String name = operation.method() + " " + operation.path().getPatternString();
            if (!BESIDE.contains(name)) {
                List<Scope> scopes = List.of(operation.scope());
                table.put(
                        name,
                        Map.of("bearer", scopes, "apiKey", scopes).entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new))
                                .toString());
            }
        }
        return table;
    }

    @Test
    void asksForMoreWhereAModelIsUploadedThanWhereOneIsChosen() {
        MockHttpServletRequest chosen = new MockHttpServletRequest("POST", "/models");
        chosen.setContentType("application/json");
        MockHttpServletRequest uploaded = new MockHttpServletRequest("POST", "/models");
        uploaded.setContentType("Multipart/Form-Data; boundary=x");

        assertThat(Operation.of(chosen).orElseThrow().scope()).isEqualTo(Scope.SUBMIT);
        assertThat(Operation.of(uploaded).orElseThrow().scope()).isEqualTo(Scope.ADMIN);
    }
}
