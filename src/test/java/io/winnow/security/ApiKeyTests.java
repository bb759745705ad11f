package io.winnow.security;

import static io.winnow.testing.WinnowClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.WinnowApplication;
import io.winnow.testing.WinnowClient;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Keys that an administrator makes while the service runs. */
@ExtendWith(OutputCaptureExtension.class)
class ApiKeyTests extends SecuredService {

    @Test
    void makesAKeyThatHoldsUntilItIsRevokedInEveryProcess(CapturedOutput output) {
        try (ConfigurableApplicationContext process = secondProcess()) {
            int other = Integer.parseInt(process.getEnvironment().getProperty("local.server.port"));
            WinnowClient second = new WinnowClient(() -> other);
            JsonNode made = makeKey("{\"name\": \"ci\", \"scope\": \"read\"}");
            String key = made.get("key").asString();
            assertThat(key).matches("wnw_[A-Za-z0-9_-]{43}");
            assertThat(made.get("createdBy").asString()).isEqualTo("key:boss");
            String[] header = {"Authorization", "Bearer " + key};
            assertThat(call("GET /jobs", header).statusCode()).isEqualTo(200);
            assertThat(second.get("/jobs", header).statusCode()).isEqualTo(200);
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
                    .until(() -> second.get("/jobs", header).statusCode() == 401);
            assertThat(call("DELETE /api-keys/" + made.get("id").asString(), "X-API-Key", ADMIN)
                            .statusCode())
                    .isEqualTo(204);
            assertThat(output.getAll()).doesNotContain(key, key.substring(4), ADMIN, READER, ADMIN.substring(4));
            assertThat(output.getAll()).contains("org.springframework.security");
        }
    }

    @Test
    void showsTheRoomOnTheDiskToAKeyAndTheWordReadyToOthers() {
        JsonNode disk = json(call("GET /actuator/health/readiness", "X-API-Key", READER))
                .at("/components/workDisk");
        assertThat(disk.at("/status").asString()).isEqualTo("UP");
        assertThat(disk.at("/details/freeBytes").asLong())
                .isBetween(1L, disk.at("/details/totalBytes").asLong());

        assertThat(call("GET /actuator/health/readiness").body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(call("GET /actuator/health", "X-API-Key", READER).body()).doesNotContain("Bytes");
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
        assertThat(winnow.post("/api-keys", body, "X-API-Key", ADMIN).statusCode())
                .isEqualTo(status);
    }

    @Test
    void takesANameOf63CharactersOnceAndNoLongerOne() {
        String longest = "n".repeat(63);
        String body = "{\"name\": \"%s\", \"scope\": \"read\"}";
        makeKey(body.formatted(longest));
        assertThat(winnow.post("/api-keys", body.formatted(longest), "X-API-Key", ADMIN)
                        .statusCode())
                .isEqualTo(409);
        assertThat(winnow.post("/api-keys", body.formatted(longest + "n"), "X-API-Key", ADMIN)
                        .statusCode())
                .isEqualTo(400);
        assertThat(call("DELETE /api-keys/00000000-0000-0000-0000-000000000000", "X-API-Key", ADMIN)
                        .statusCode())
                .isEqualTo(404);
    }
}
