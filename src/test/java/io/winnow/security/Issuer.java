package io.winnow.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** An issuer of tokens, with its keys on a local address, and whatever forgers make of its tokens. */
final class Issuer {

    static final String NAME = "https://issuer.example/realms/ml";
    static final String AUDIENCE = "winnow";

    private final HttpServer server;
    private final RSAKey key;
    private final RSAKey forgers;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean away;

    Issuer() {
        try {
            key = new RSAKeyGenerator(2048).keyID("k1").generate();
            forgers = new RSAKeyGenerator(2048).keyID("k1").generate();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        serve("/keys", new JWKSet(key.toPublicJWK()).toString());
        serve("/forged-keys", new JWKSet(forgers.toPublicJWK()).toString());
        server.start();
    }

    private void serve(String path, String keys) {
        byte[] body = keys.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            asked.incrementAndGet();
            if (away) {
                exchange.sendResponseHeaders(503, -1);
                exchange.close();
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    /** Whether it fails whoever asks for its keys. */
    void away(boolean away) {
        this.away = away;
    }

    /** How often somebody asked for its keys. */
    int asked() {
        return asked.get();
    }

    String keysAddress() {
        return address("/keys");
    }

    String forgersKeysAddress() {
        return address("/forged-keys");
    }

    private String address(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** Claims that hold, for the scopes. */
    static JWTClaimsSet.Builder claims(String scopes) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(AUDIENCE)
                .subject("alice")
                .claim("scope", scopes)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    String sign(JWTClaimsSet claims) {
        return sign(claims, header -> header);
    }

    String sign(JWTClaimsSet claims, UnaryOperator<JWSHeader.Builder> header) {
        return signed(key, claims, header);
    }

    String forge(JWTClaimsSet claims, UnaryOperator<JWSHeader.Builder> header) {
        return signed(forgers, claims, header);
    }

    URI forgersKeys() {
        return URI.create(forgersKeysAddress());
    }

    RSAKey forgersKey() {
        return forgers;
    }

    static String unsigned(JWTClaimsSet claims) {
        return new PlainJWT(claims).serialize();
    }

    /** The oldest trick: the public key, which everybody has, taken for the secret of a symmetric signature. */
    String signedWithThePublicKeyAsSecret(JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), claims);
            token.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(RSAKey key, JWTClaimsSet claims, UnaryOperator<JWSHeader.Builder> header) {
        try {
            SignedJWT token = new SignedJWT(
                    header.apply(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1"))
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
