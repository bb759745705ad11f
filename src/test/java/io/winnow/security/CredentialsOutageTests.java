package io.winnow.security;

import static io.winnow.testing.WinnowClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.when;

import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.transaction.CannotCreateTransactionException;

/** Who could tell whether credentials hold is away: nobody comes in by them, and nobody is told that theirs are wrong. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "winnow.role=api",
            "winnow.security.keys.boss.value=" + CredentialsOutageTests.STARTED,
            "winnow.security.keys.boss.scope=admin"
        })
@Import(TestDatabase.class)
class CredentialsOutageTests {

    static final String STARTED = "wnw_started_0123456789012345678901234567890123456789";
    private static final String STORED = "wnw_stored_0123456789012345678901234567890123456789";
    private static final Issuer ISSUER = new Issuer();

    @LocalServerPort
    int port;

    @MockitoBean
    ApiKeyTable table;

    private final WinnowClient winnow = new WinnowClient(() -> port);

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add(Posture.JWT + "issuer-uri", () -> Issuer.NAME);
        properties.add(Posture.JWT + "jwk-set-uri", ISSUER::keysAddress);
        properties.add(Posture.JWT + "audiences", () -> Issuer.AUDIENCE);
    }

    static Stream<RuntimeException> failuresOfTheDatabase() {
        return Stream.of(
                new CannotGetJdbcConnectionException("x", new SQLTransientConnectionException("no connection")),
                new DataAccessResourceFailureException("reset"),
                new QueryTimeoutException("slow"),
                new CannotCreateTransactionException("closed"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheDatabase")
    void letsNobodyInByAStoredKeyWhileTheDatabaseIsAway(RuntimeException failure) {
        when(table.find(any())).thenThrow(failure);
        for (String call : List.of("GET /architectures", "POST /models", "DELETE /models/x", "GET /nope")) {
            requireNotNow(call, STORED);
        }
        assertThat(winnow.get("/architectures", "X-API-Key", STARTED).statusCode())
                .as("a key of the settings needs no database")
                .isEqualTo(200);
    }

    @Test
    void believesNoFailureOfTheDatabaseOnceItIsBack() {
        String key = STORED + "x";
        when(table.find(any())).thenThrow(new DataAccessResourceFailureException("reset"));
        requireNotNow("GET /architectures", key);
        doReturn(Optional.empty()).when(table).find(any());
        assertThat(winnow.get("/architectures", "X-API-Key", key).statusCode()).isEqualTo(401);
    }

    @Test
    void letsNobodyInByATokenUntilTheIssuersKeysAreKnownAndThenAsksForThemNoMore() {
        String token = ISSUER.sign(Issuer.claims("admin").build());
        ISSUER.away(true);
        for (String call : List.of("GET /architectures", "POST /models", "DELETE /models/x", "GET /nope")) {
            requireNotNow(call, token);
        }
        ISSUER.away(false);
        assertThat(status(token)).isEqualTo(200);
        int asked = ISSUER.asked();
        for (int i = 0; i < 20; i++) {
            assertThat(status(ISSUER.sign(Issuer.claims("read").build()))).isEqualTo(200);
        }
        assertThat(ISSUER.asked()).isEqualTo(asked);
        ISSUER.away(true);
        assertThat(status(token)).as("by the keys that are known").isEqualTo(200);
        assertThat(status(ISSUER.forge(Issuer.claims("admin").build(), header -> header)))
                .as("another key under a known name")
                .isEqualTo(401);
        requireNotNow("GET /architectures", ISSUER.sign(Issuer.claims("admin").build(), header -> header.keyID("k2")));
    }

    /** By discovery and by an address of keys: nothing listens there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesAnIssuerThatRefusesConnectionsForOneThatIsAway(boolean discovery) throws IOException {
        int nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        requireAway("http://127.0.0.1:" + nobody, discovery);
    }

    /** The kernel takes the connections, and nobody answers: callers must not wait with it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesAnIssuerThatNeverAnswersForOneThatIsAway(boolean discovery) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> requireAway("http://127.0.0.1:" + silent.getLocalPort(), discovery));
        }
    }

    private static void requireAway(String address, boolean discovery) {
        OAuth2ResourceServerProperties.Jwt settings = new OAuth2ResourceServerProperties().getJwt();
        settings.setIssuerUri(address);
        settings.setAudiences(List.of(Issuer.AUDIENCE));
        if (!discovery) {
            settings.setJwkSetUri(address + "/keys");
        }
        JwtAuthenticationProvider tokens = new JwtAuthenticationProvider(Tokens.decoder(settings));
        BearerTokenAuthenticationToken token = new BearerTokenAuthenticationToken(
                ISSUER.sign(Issuer.claims("admin").issuer(address).build()));
        assertThatExceptionOfType(AuthenticationServiceException.class).isThrownBy(() -> tokens.authenticate(token));
    }

    private int status(String token) {
        return winnow.get("/architectures", "Authorization", "Bearer " + token).statusCode();
    }

    private void requireNotNow(String call, String credentials) {
        String[] parts = call.split(" ");
        HttpResponse<String> answer = winnow.call(parts[0], parts[1], "", "Authorization", "Bearer " + credentials);
        assertThat(answer.statusCode()).as(call + ": " + answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValueAsLong("Retry-After")).hasValue(5);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(answer).get("detail").asString())
                .isEqualTo("credentials cannot be checked at the moment; try again");
    }
}
