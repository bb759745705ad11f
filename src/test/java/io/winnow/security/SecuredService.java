package io.winnow.security;

import static io.winnow.testing.WinnowClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * A service that asks for credentials and has some of every kind, which its tests share: the service, and so what each caller
 * may ask of it in a while.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "winnow.role=api",
            "winnow.security.keys.reader.value=" + SecuredService.READER,
            "winnow.security.keys.reader.scope=read",
            "winnow.security.keys.submitter.value=" + SecuredService.SUBMITTER,
            "winnow.security.keys.submitter.scope=submit",
            "winnow.security.keys.boss.scope=admin",
            "winnow.security.keys.limited.value=" + SecuredService.LIMITED,
            "winnow.security.keys.limited.scope=read",
            "winnow.security.rate-limit.per-second=1",
            "winnow.security.rate-limit.burst=400",
            "logging.level.org.springframework.security=trace",
            "logging.level.io.winnow=trace"
        })
@Import(TestDatabase.class)
abstract class SecuredService {

    static final String READER = "wnw_reader_0123456789012345678901234567890123456789";
    static final String SUBMITTER = "wnw_submitter_0123456789012345678901234567890123456789";
    static final String LIMITED = "wnw_limited_0123456789012345678901234567890123456789";
    static final String ADMIN = "wnw_admin_0123456789012345678901234567890123456789";
    static final Issuer ISSUER = new Issuer();

    /** Under target, not a temporary directory of the test framework: stores stay mapped until the context closes. */
    static final Path FOLDER =
            Path.of("target", "credentials-" + System.nanoTime()).toAbsolutePath();

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    JdbcConnectionDetails database;

    final WinnowClient winnow = new WinnowClient(() -> port);

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> FOLDER.resolve("data"));
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
        properties.add("winnow.security.keys.boss.sha256", () -> HexFormat.of().formatHex(KeyText.sha256(ADMIN)));
        properties.add(Posture.JWT + "issuer-uri", () -> Issuer.NAME);
        properties.add(Posture.JWT + "jwk-set-uri", ISSUER::keysAddress);
        properties.add(Posture.JWT + "audiences", () -> Issuer.AUDIENCE);
    }

    /** @param call such as {@code GET /jobs} */
    HttpResponse<String> call(String call, String... headers) {
        String[] parts = call.split(" ");
        return winnow.call(parts[0], parts[1], "", headers);
    }

    int status(String call, String token) {
        return call(call, "Authorization", "Bearer " + token).statusCode();
    }

    JsonNode makeKey(String body) {
        HttpResponse<String> answer = winnow.post("/api-keys", body, "X-API-Key", ADMIN);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        return json(answer);
    }

    static boolean isProblem(HttpResponse<String> answer) {
        JsonNode problem = json(answer);
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
}
