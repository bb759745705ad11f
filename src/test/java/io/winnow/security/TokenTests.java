package io.winnow.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens of an issuer, true and forged. */
class TokenTests extends SecuredService {

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
            assertThat(winnow.post("/models", "{}", "Authorization", "Bearer " + token)
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
        Map<String, String> tricks = new LinkedHashMap<>();
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
            JWTClaimsSet claims, UnaryOperator<JWSHeader.Builder> header, JWSAlgorithm algorithm) {
        return ISSUER.sign(claims, builder -> header.apply(new JWSHeader.Builder(algorithm).keyID("k1")));
    }

    private static String changed(String token) {
        String[] parts = token.split("\\.");
        String other =
                ISSUER.sign(Issuer.claims("admin").subject("mallory").build()).split("\\.")[1];
        return parts[0] + "." + other + "." + parts[2];
    }
}
