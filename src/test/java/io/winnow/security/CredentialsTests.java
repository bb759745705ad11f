package io.winnow.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import io.winnow.WinnowApplication;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.OpenApiDocument;
import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service that asks for credentials: who gets in, and to what. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "winnow.role=api",
            "winnow.security.keys.reader.value=" + CredentialsTests.READER,
            "winnow.security.keys.reader.scope=read",
            "winnow.security.keys.submitter.value=" + CredentialsTests.SUBMITTER,
            "winnow.security.keys.submitter.scope=submit",
            "winnow.security.keys.boss.scope=admin",
            "winnow.security.keys.limited.value=" + CredentialsTests.LIMITED,
            "winnow.security.keys.limited.scope=read",
            "winnow.security.rate-limit.per-second=1",
            "winnow.security.rate-limit.burst=400",
            "logging.level.org.springframework.security=trace",
            "logging.level.io.winnow=trace"
        })
@Import(TestDatabase.class)
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CredentialsTests {

    static final String READER = "wnw_reader_0123456789012345678901234567890123456789";
    static final String SUBMITTER = "wnw_submitter_0123456789012345678901234567890123456789";
    static final String LIMITED = "wnw_limited_0123456789012345678901234567890123456789";
    private static final String ADMIN = "wnw_admin_0123456789012345678901234567890123456789";
    private static final JsonMapper JSON = new JsonMapper();
    private static final Issuer ISSUER = new Issuer();

    /** Under target, not a temporary directory of the test framework: stores stay mapped until the context closes. */
    private static final Path FOLDER =
            Path.of("target", "credentials-" + System.nanoTime()).toAbsolutePath();

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    JdbcConnectionDetails database;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> FOLDER.resolve("data"));
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
        properties.add("winnow.security.keys.boss.sha256", () -> HexFormat.of().formatHex(KeyText.sha256(ADMIN)));
        properties.add(Posture.JWT + "issuer-uri", () -> Issuer.NAME);
        properties.add(Posture.JWT + "jwk-set-uri", ISSUER::keysAddress);
        properties.add(Posture.JWT + "audiences", () -> Issuer.AUDIENCE);
    }

    @AfterAll
    static void stop() {
        ISSUER.stop();
    }

    private HttpResponse<String> call(int port, String call, String body, String... headers) {
        String[] parts = call.split(" ");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + parts[1]))
                .timeout(Duration.ofSeconds(30))
                .method(parts[0], HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> call(String call, String... headers) {
        return call(port, call, "", headers);
    }

    private int status(String call, String token) {
        return call(call, "Authorization", "Bearer " + token).statusCode();
    }

    private JsonNode makeKey(String body) {
        HttpResponse<String> answer = call(port, "POST /api-keys", body, "X-API-Key", ADMIN);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        return JSON.readTree(answer.body());
    }

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

    private static Scope held(String key) {
        return key.equals(READER) ? Scope.READ : key.equals(SUBMITTER) ? Scope.SUBMIT : Scope.ADMIN;
    }

    private static boolean isProblem(HttpResponse<String> answer) {
        JsonNode problem = JSON.readTree(answer.body());
        return answer.headers().firstValue("Content-Type").orElse("").equals("application/problem+json")
                && answer.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Bearer realm=\"winnow\"")
                && problem.get("status").asInt() == answer.statusCode()
                && problem.get("type").asString().startsWith("urn:winnow:problem:")
                && problem.hasNonNull("detail")
                && problem.hasNonNull("instance")
                && !answer.body().contains("Exception")
                && !answer.body().contains("io.winnow")
                && !answer.body().contains("springframework");
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
    void makesAKeyThatHoldsUntilItIsRevokedInEveryProcess(CapturedOutput output) {
        try (ConfigurableApplicationContext second = secondProcess()) {
            int other = Integer.parseInt(second.getEnvironment().getProperty("local.server.port"));
            JsonNode made = makeKey("{\"name\": \"ci\", \"scope\": \"read\"}");
            String key = made.get("key").asString();
            assertThat(key).matches("wnw_[A-Za-z0-9_-]{43}");
            assertThat(made.get("createdBy").asString()).isEqualTo("key:boss");
            String[] header = {"Authorization", "Bearer " + key};
            assertThat(call("GET /jobs", header).statusCode()).isEqualTo(200);
            assertThat(call(other, "GET /jobs", "", header).statusCode()).isEqualTo(200);
            assertThat(call("GET /api-keys", header).statusCode()).isEqualTo(403);

            String listed = call("GET /api-keys", "X-API-Key", ADMIN).body();
            assertThat(listed).contains("\"name\":\"ci\"").doesNotContain(key, "sha256", "\"key\"");
            assertThat(rows()).contains("ci").doesNotContain(key, key.substring(4, 20));

            Instant revoked = Instant.now();
            assertThat(call("DELETE /api-keys/" + made.get("id").asString(), "X-API-Key", ADMIN)
                            .statusCode())
                    .isEqualTo(204);
            assertThat(call("GET /jobs", header).statusCode()).isEqualTo(401);
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(5).minus(Duration.between(revoked, Instant.now())))
                    .until(() -> call(other, "GET /jobs", "", header).statusCode() == 401);
            assertThat(call("DELETE /api-keys/" + made.get("id").asString(), "X-API-Key", ADMIN)
                            .statusCode())
                    .isEqualTo(204);
            assertThat(output.getAll()).doesNotContain(key, key.substring(4), ADMIN, READER, ADMIN.substring(4));
            assertThat(output.getAll()).contains("org.springframework.security");
        }
    }

    private ConfigurableApplicationContext secondProcess() {
        return new SpringApplicationBuilder(WinnowApplication.class)
                .run(
                        "--server.port=0",
                        "--winnow.role=api",
                        "--spring.jmx.enabled=false",
                        "--winnow.security.keys.boss.value=" + ADMIN,
                        "--spring.datasource.url=" + database.getJdbcUrl(),
                        "--spring.datasource.username=" + database.getUsername(),
                        "--spring.datasource.password=" + database.getPassword());
    }

    private String rows() {
        return jdbc.sql("select row_to_json(k)::text || encode(sha256, 'escape') from api_key k")
                .query(String.class)
                .list()
                .toString();
    }

    @Test
    void refusesAKeyThatRanOutAndFreesItsName() {
        JsonNode made = makeKey("{\"name\": \"brief\", \"scope\": \"read\", \"expiresAt\": \"%s\"}"
                .formatted(Instant.now().plusSeconds(3600)));
        String key = made.get("key").asString();
        assertThat(status("GET /jobs", key)).isEqualTo(200);
        jdbc.sql("update api_key set expires_at = now() where name = 'brief'").update();
        await().atMost(Duration.ofSeconds(5)).until(() -> status("GET /jobs", key) == 401);
        assertThat(makeKey("{\"name\": \"brief\", \"scope\": \"submit\"}")
                        .get("scope")
                        .asString())
                .isEqualTo("submit");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | {"name": "Upper", "scope": "read"}
            400 | {"name": "x", "scope": "root"}
            400 | {"name": "x", "scope": "READ"}
            400 | {"name": "x"}
            400 | {"scope": "read"}
            400 | {"name": "x", "scope": "read", "expiresAt": "2020-01-01T00:00:00Z"}
            400 | {"name": "x", "scope": "read", "key": "wnw_mine"}
            409 | {"name": "boss", "scope": "read"}
            """)
    void refusesKeysThatWouldNotBeClear(int status, String body) {
        assertThat(call(port, "POST /api-keys", body, "X-API-Key", ADMIN).statusCode())
                .isEqualTo(status);
    }

    @Test
    void takesANameOf63CharactersOnceAndNoLongerOne() {
        String longest = "n".repeat(63);
        String body = "{\"name\": \"%s\", \"scope\": \"read\"}";
        makeKey(body.formatted(longest));
        assertThat(call(port, "POST /api-keys", body.formatted(longest), "X-API-Key", ADMIN)
                        .statusCode())
                .isEqualTo(409);
        assertThat(call(port, "POST /api-keys", body.formatted(longest + "n"), "X-API-Key", ADMIN)
                        .statusCode())
                .isEqualTo(400);
        assertThat(call("DELETE /api-keys/00000000-0000-0000-0000-000000000000", "X-API-Key", ADMIN)
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void takesATokensScopesFromEitherClaim(Scope scope) {
        String spaced =
                ISSUER.sign(Issuer.claims("openid " + scope + " profile").build());
        String listed = ISSUER.sign(Issuer.claims("")
                .claim("scope", null)
                .claim("scp", List.of("x", scope.toString()))
                .build());
        for (String token : List.of(spaced, listed)) {
            assertThat(status("GET /jobs", token)).isEqualTo(200);
            assertThat(status("DELETE /models/nothing", token)).isEqualTo(scope == Scope.ADMIN ? 404 : 403);
            assertThat(call(port, "POST /models", "{}", "Authorization", "Bearer " + token)
                            .statusCode())
                    .isEqualTo(scope == Scope.READ ? 403 : 400);
        }
    }

    @Test
    void letsATokenWithoutAnyScopeOfOursDoNothing() {
        assertThat(status(
                        "GET /jobs",
                        ISSUER.sign(Issuer.claims("openid ADMIN none").build())))
                .isEqualTo(403);
    }

    @Test
    void toleratesAClockThatIsAMinuteOff() {
        Instant now = Instant.now();
        JWTClaimsSet late = Issuer.claims("read")
                .issueTime(Date.from(now.minusSeconds(90)))
                .notBeforeTime(Date.from(now.minusSeconds(90)))
                .expirationTime(Date.from(now.minusSeconds(30)))
                .build();
        JWTClaimsSet early = Issuer.claims("read")
                .issueTime(Date.from(now.plusSeconds(30)))
                .notBeforeTime(Date.from(now.plusSeconds(30)))
                .build();
        assertThat(status("GET /jobs", ISSUER.sign(late))).isEqualTo(200);
        assertThat(status("GET /jobs", ISSUER.sign(early))).isEqualTo(200);
    }

    @Test
    void refusesForgedAndForeignTokens() {
        JWTClaimsSet good = Issuer.claims("admin").build();
        Instant now = Instant.now();
        String whole = ISSUER.sign(good);
        Map<String, String> tricks = new java.util.LinkedHashMap<>();
        tricks.put("alg none", Issuer.unsigned(good));
        tricks.put("no signature", whole.substring(0, whole.lastIndexOf('.') + 1));
        tricks.put("HS256 with the public key", ISSUER.signedWithThePublicKeyAsSecret(good));
        tricks.put("another key under the same id", ISSUER.forge(good, header -> header));
        tricks.put("kid that is a path", ISSUER.forge(good, header -> header.keyID("../../../../dev/null")));
        tricks.put("kid that is SQL", ISSUER.forge(good, header -> header.keyID("' or '1'='1")));
        tricks.put("jku", ISSUER.forge(good, header -> header.jwkURL(ISSUER.forgersKeys())));
        tricks.put("x5u", ISSUER.forge(good, header -> header.x509CertURL(ISSUER.forgersKeys())));
        tricks.put(
                "jwk",
                ISSUER.forge(good, header -> header.jwk(ISSUER.forgersKey().toPublicJWK())));
        tricks.put("PS256", signedBy(good, header -> header, JWSAlgorithm.PS256));
        tricks.put("another type", ISSUER.sign(good, header -> header.type(new JOSEObjectType("dpop+jwt"))));
        tricks.put("expired", ISSUER.sign(expiring(now.minusSeconds(90))));
        tricks.put(
                "never expires",
                ISSUER.sign(Issuer.claims("admin").expirationTime(null).build()));
        tricks.put(
                "not yet",
                ISSUER.sign(Issuer.claims("admin")
                        .notBeforeTime(Date.from(now.plusSeconds(90)))
                        .build()));
        tricks.put(
                "another audience",
                ISSUER.sign(Issuer.claims("admin").audience("winnow2").build()));
        tricks.put(
                "no audience",
                ISSUER.sign(Issuer.claims("admin").audience((String) null).build()));
        tricks.put(
                "another issuer",
                ISSUER.sign(Issuer.claims("admin").issuer(Issuer.NAME + "/").build()));
        tricks.put("no issuer", ISSUER.sign(Issuer.claims("admin").issuer(null).build()));
        tricks.put(
                "no subject", ISSUER.sign(Issuer.claims("admin").subject(null).build()));
        tricks.put(
                "long subject",
                ISSUER.sign(Issuer.claims("admin").subject("s".repeat(256)).build()));
        tricks.put("changed claims", changed(whole));
        tricks.put("no token", "abc");
        tricks.put("dots", "a.b.c");
        tricks.forEach((trick, token) -> {
            HttpResponse<String> answer = call("GET /jobs", "Authorization", "Bearer " + token);
            assertThat(answer.statusCode()).as(trick).isEqualTo(401);
            assertThat(isProblem(answer)).as(trick).isTrue();
        });
        assertThat(status("GET /jobs", whole)).isEqualTo(200);
    }

    private static JWTClaimsSet expiring(Instant time) {
        return Issuer.claims("admin")
                .issueTime(Date.from(time.minusSeconds(60)))
                .notBeforeTime(Date.from(time.minusSeconds(60)))
                .expirationTime(Date.from(time))
                .build();
    }

    private static String signedBy(
            JWTClaimsSet claims, UnaryOperator<com.nimbusds.jose.JWSHeader.Builder> header, JWSAlgorithm algorithm) {
        return ISSUER.sign(
                claims, builder -> header.apply(new com.nimbusds.jose.JWSHeader.Builder(algorithm).keyID("k1")));
    }

    private static String changed(String token) {
        String[] parts = token.split("\\.");
        String other =
                ISSUER.sign(Issuer.claims("admin").subject("mallory").build()).split("\\.")[1];
        return parts[0] + "." + other + "." + parts[2];
    }

    @Test
    void knowsWhoAskedForAJobAndKeepsIdempotencyKeysApart() throws IOException {
        IdxFixture.write(FOLDER.resolve("data").resolve("good"), 20, 10, 4, 2);
        String[] submitter = {"X-API-Key", SUBMITTER};
        assertThat(call(
                                port,
                                "POST /datasets",
                                "{\"name\": \"good\", \"format\": \"idx\", \"location\": \"good\"}",
                                submitter)
                        .statusCode())
                .isEqualTo(202);
        assertThat(call(port, "POST /models", "{\"name\": \"net\", \"architecture\": \"mlp\"}", submitter)
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
        HttpResponse<String> answer = call(
                port,
                "POST /jobs",
                "{\"dataset\": \"good\", \"model\": \"net\", \"runs\": %d}".formatted(runs),
                header,
                credentials,
                "Idempotency-Key",
                "the-same");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JSON.readTree(answer.body());
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
        assertThat(JSON.readTree(refused.body()).get("type").asString())
                .isEqualTo("urn:winnow:problem:too-many-requests");
        assertThat(refused.headers().firstValueAsLong("Retry-After")).hasValue(1);
        assertThat(refused.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"caller\";r=0;t=");
        assertThat(call("GET /jobs", "X-API-Key", READER).statusCode()).isEqualTo(200);
        assertThat(call("GET /actuator/health/liveness", "X-API-Key", LIMITED).statusCode())
                .isEqualTo(200);
    }
}
