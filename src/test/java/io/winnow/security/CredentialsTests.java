package io.winnow.security;

import static io.winnow.testing.WinnowClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.Form;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.OpenApiDocument;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A service that asks for credentials: who gets in, and to what. */
class CredentialsTests extends SecuredService {

    /** Every operation of the contract, by a caller of every kind: refused by the table, or let through to its own answer. */
    @Test
    void letsEachScopeDoWhatTheTableSaysAndNothingElse() throws IOException {
        OpenApiDocument contract = OpenApiDocument.parse(Files.readString(Path.of("openapi.yaml")));
        List<String> wrong = new ArrayList<>();
        int asked = 0;
        for (String operation : contract.operations()) {
            Scope needed = Scope.valueOf(
                    contract.security(operation).get("apiKey").get(0).toUpperCase(Locale.ROOT));
            String call = operation
                    .replace("{id}", "00000000-0000-0000-0000-000000000000")
                    .replace("{name}", "nothing")
                    .replace("{index}", "0")
                    .replaceAll("\\{[^}]+}", "x");
            for (String key : new String[] {"", READER, SUBMITTER, ADMIN}) {
                HttpResponse<String> answer = key.isEmpty() ? call(call) : call(call, "X-API-Key", key);
                int expected = key.isEmpty() ? 401 : held(key).compareTo(needed) < 0 ? 403 : 0;
                boolean refused = answer.statusCode() == 401 || answer.statusCode() == 403;
                asked++;
                if (refused ? answer.statusCode() != expected || !isProblem(answer) : expected != 0) {
                    wrong.add("%s with %s: %d".formatted(call, key, answer.statusCode()));
                }
                if (answer.statusCode() >= 500) {
                    wrong.add("%s with %s: %s".formatted(call, key, answer.body()));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(asked).isGreaterThan(120);
    }

    /** A model of the catalogue is chosen; an uploaded one is code. */
    @Test
    void takesAFormThatBringsAModelFromAnAdministratorOnly() {
        byte[] form = new Form()
                .text("metadata", "{\"name\": \"mine\"}")
                .file("file", "m.pt", new byte[8])
                .toBytes();
        for (String type : List.of(Form.TYPE, "Multipart/Form-Data; boundary=" + Form.BOUNDARY)) {
            Map<String, Integer> statuses = new TreeMap<>();
            for (String key : List.of(READER, SUBMITTER, ADMIN)) {
                HttpResponse<String> answer = winnow.call(winnow.request("/models")
                        .header("Content-Type", type)
                        .header("X-API-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form)));
                statuses.put(held(key).name(), answer.statusCode());
            }
            // Uploads are off here, which only an administrator comes as far as to hear.
            assertThat(statuses).isEqualTo(Map.of("READ", 403, "SUBMIT", 403, "ADMIN", 409));
        }
    }

    private static Scope held(String key) {
        return key.equals(READER) ? Scope.READ : key.equals(SUBMITTER) ? Scope.SUBMIT : Scope.ADMIN;
    }

    @ParameterizedTest
    @CsvSource({
        "GET /actuator/health/liveness, 200",
        "GET /openapi.yaml, 200",
        "GET /swagger-ui/index.html, 200",
        "GET /actuator/info, 401",
        "GET /actuator/prometheus, 401",
        "GET /v3/api-docs, 401",
        "GET /nope, 401",
        "GET /error, 401",
        "PUT /jobs, 401",
        "OPTIONS /jobs, 401"
    })
    void showsTheContractAndItsHealthToEverybodyAndNothingElse(String call, int status) {
        assertThat(call(call).statusCode()).isEqualTo(status);
        if (status == 401) {
            assertThat(status(call, READER)).isNotIn(401, 403);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            Authorization | Bearer %s      | -         | -
            Authorization | bearer %s      | -         | -
            X-API-Key     | %s             | -         | -
            authorization | Bearer %s      | Accept    | text/csv
            """)
    void takesAKeyInEitherHeader(String name, String value, String other, String otherValue) {
        String[] headers = other == null
                ? new String[] {name, value.formatted(READER)}
                : new String[] {name, value.formatted(READER), other, otherValue};
        assertThat(call("GET /devices", headers).statusCode()).isNotIn(401, 403);
    }

    @Test
    void refusesCredentialsThatAreNone() {
        for (String[] headers : new String[][] {
            {"Authorization", "Basic " + READER},
            {"Authorization", READER},
            {"Authorization", "Bearer"},
            {"Authorization", "Bearer " + READER + "x"},
            {"Authorization", "Bearer " + READER.substring(0, READER.length() - 1)},
            {"Authorization", "Bearer " + READER.toUpperCase(Locale.ROOT)},
            {"Authorization", "Bearer wnw_"},
            {"Authorization", "Bearer a b"},
            {"X-API-Key", ""},
            {"X-API-Key", "Bearer " + READER},
            {"X-API-Key", READER, "X-API-Key", ADMIN},
            {"X-API-Key", READER, "Authorization", "Bearer " + ADMIN},
            {"X-API-Key", HexFormat.of().formatHex(KeyText.sha256(ADMIN))},
            {"Cookie", "X-API-Key=" + READER}
        }) {
            HttpResponse<String> answer = call("GET /jobs", headers);
            assertThat(answer.statusCode()).as(String.join(" ", headers)).isEqualTo(401);
            assertThat(isProblem(answer)).isTrue();
            assertThat(answer.body()).doesNotContain("wnw_");
        }
        assertThat(call("GET /jobs?access_token=" + READER).statusCode()).isEqualTo(401);
        assertThat(call("GET /jobs?api_key=" + READER).statusCode()).isEqualTo(401);
    }

    @Test
    void knowsWhoAskedForAJobAndKeepsIdempotencyKeysApart() throws IOException {
        IdxFixture.write(FOLDER.resolve("data").resolve("good"), 20, 10, 4, 2);
        String[] submitter = {"X-API-Key", SUBMITTER};
        assertThat(winnow.post(
                                "/datasets",
                                "{\"name\": \"good\", \"format\": \"idx\", \"location\": \"good\"}",
                                submitter)
                        .statusCode())
                .isEqualTo(202);
        assertThat(winnow.post("/models", "{\"name\": \"net\", \"architecture\": \"mlp\"}", submitter)
                        .statusCode())
                .isEqualTo(201);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> call("GET /datasets/good", submitter).body().contains("\"state\":\"READY\""));
        JsonNode first = submit("X-API-Key", SUBMITTER, 1);
        assertThat(first.get("createdBy").asString()).isEqualTo("key:submitter");
        assertThat(submit("Authorization", "Bearer " + SUBMITTER, 1).get("id")).isEqualTo(first.get("id"));
        JsonNode bosss = submit("X-API-Key", ADMIN, 2);
        assertThat(bosss.get("createdBy").asString()).isEqualTo("key:boss");
        assertThat(bosss.get("id")).isNotEqualTo(first.get("id"));
        assertThat(bosss.at("/request/runs").asInt()).isEqualTo(2);
        JsonNode alices = submit(
                "Authorization", "Bearer " + ISSUER.sign(Issuer.claims("submit").build()), 1);
        assertThat(alices.get("createdBy").asString()).isEqualTo("jwt:alice");
        assertThat(alices.get("id")).isNotIn(first.get("id"), bosss.get("id"));
    }

    private JsonNode submit(String header, String credentials, int runs) {
        HttpResponse<String> answer = winnow.post(
                "/jobs",
                "{\"dataset\": \"good\", \"model\": \"net\", \"runs\": %d}".formatted(runs),
                header,
                credentials,
                "Idempotency-Key",
                "the-same");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer);
    }

    @Test
    void limitsEachCallerByItself() {
        HttpResponse<String> last = call("GET /devices", "X-API-Key", LIMITED);
        assertThat(last.headers().firstValue("RateLimit-Policy")).contains("\"caller\";q=400;w=400");
        for (int i = 0; i < 2_000 && last.statusCode() != 429; i++) {
            last = call("GET /devices", "X-API-Key", LIMITED);
        }
        HttpResponse<String> refused = last;
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(json(refused).get("type").asString()).isEqualTo("urn:winnow:problem:too-many-requests");
        assertThat(refused.headers().firstValueAsLong("Retry-After")).hasValue(1);
        assertThat(refused.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"caller\";r=0;t=");
        assertThat(call("GET /jobs", "X-API-Key", READER).statusCode()).isEqualTo(200);
        assertThat(call("GET /actuator/health/liveness", "X-API-Key", LIMITED).statusCode())
                .isEqualTo(200);
    }
}
