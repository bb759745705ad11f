package io.winnow.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The service as it starts by default: on the loopback address, asking for nothing. Requests are written byte by byte. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
class AnonymousTests {

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    private String ask(String line, String... headers) throws IOException {
        return send(line + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n");
    }

    private String send(String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "[::1]"})
    void answersToTheNamesOfThisMachineAtAnyPort(String host) throws IOException {
        assertThat(status(ask("GET /jobs", "Host: " + host + ":" + port))).isEqualTo(200);
        assertThat(status(ask("GET /jobs", "Host: " + host + ":9999"))).isEqualTo(200);
        assertThat(status(ask("GET /jobs", "Host: " + host))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "localhost.",
                "127.0.0.1.nip.io",
                "127.0.0.2",
                "0.0.0.0",
                "2130706433",
                "0x7f000001",
                "[::ffff:127.0.0.1]",
                "[::]",
                "192.168.0.7",
                "xn--localhost-1"
            })
    void refusesEveryOtherName(String host) throws IOException {
        for (String call : new String[] {"GET /jobs", "GET /", "GET /openapi.yaml", "DELETE /models/x", "GET /nope"}) {
            String answer = ask(call, "Host: " + host + ":" + port);
            assertThat(status(answer)).as(answer).isEqualTo(421);
            assertThat(answer).contains("application/problem+json", "urn:winnow:problem:misdirected-request");
        }
    }

    @Test
    void refusesANameInTheRequestLineThatIsNotThisMachine() throws IOException {
        String answer = ask("GET http://evil.example/jobs", "Host: localhost");
        assertThat(status(answer)).isIn(400, 421);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://evil.example",
                "Origin: https://localhost.evil.example",
                "Origin: null",
                "Origin: http://localhost:1",
                "Origin: http://localhost",
                "Origin: file://",
                "Origin: http://localhost:8080@evil.example",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: Cross-Site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: SAME-SITE",
                "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image",
                "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe",
                "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document",
                "Sec-Fetch-Site: ",
                "Sec-Fetch-Site: something-new"
            })
    void refusesThePagesOfStrangers(String header) throws IOException {
        long before = jdbc.sql("select count(*) from model").query(Long.class).single();
        String body = "{\"name\": \"stranger\", \"architecture\": \"mlp\"}";
        for (String type : new String[] {"application/json", "text/plain", "multipart/form-data; boundary=x"}) {
            String answer = send(
                    "POST /models HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                            .formatted(port, header, type, body.length(), body));
            assertThat(status(answer)).as(answer).isEqualTo(403);
            assertThat(answer).contains("application/problem+json").doesNotContainIgnoringCase("access-control-allow");
        }
        String read = ask("GET /jobs", "Host: localhost:" + port, header);
        assertThat(status(read)).isEqualTo(403);
        String preflight = ask(
                "OPTIONS /jobs",
                "Host: localhost:" + port,
                "Origin: http://evil.example",
                "Access-Control-Request-Method: POST");
        assertThat(status(preflight)).isEqualTo(403);
        assertThat(jdbc.sql("select count(*) from model").query(Long.class).single())
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Site: Same-Origin\r\nSec-Fetch-Mode: cors",
                "Sec-Fetch-Site: none",
                "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document",
                "Origin: http://localhost:%d"
            })
    void letsItsOwnPagesIn(String header) throws IOException {
        String answer = ask("GET /jobs", "Host: localhost:" + port, header.formatted(port));
        assertThat(status(answer)).as(answer).isEqualTo(200);
        assertThat(answer).doesNotContainIgnoringCase("access-control-allow").doesNotContain("RateLimit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
    void answersAProbeByAnyNameOfTheHost(String path) throws IOException {
        assertThat(status(ask("GET " + path, "Host: 10.1.2.3:8080"))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "auditevents",
                "beans",
                "caches",
                "conditions",
                "configprops",
                "env",
                "env/java.home",
                "flyway",
                "heapdump",
                "httpexchanges",
                "integrationgraph",
                "liquibase",
                "logfile",
                "loggers",
                "mappings",
                "metrics",
                "modulith",
                "quartz",
                "refresh",
                "restart",
                "sbom",
                "scheduledtasks",
                "sessions",
                "shutdown",
                "startup",
                "threaddump",
                "prometheus/x"
            })
    void hasNoOtherEndpointOfTheActuator(String id) throws IOException {
        String host = "Host: localhost:" + port;
        assertThat(status(ask("GET /actuator/" + id, host))).isEqualTo(404);
        assertThat(status(ask("POST /actuator/" + id, host, "Content-Length: 0")))
                .isEqualTo(404);
        assertThat(status(ask("GET /actuator/prometheus", host))).isEqualTo(200);
        assertThat(status(ask("GET /actuator/info", host))).isEqualTo(200);
    }

    /** Method, path, and what the answer is: never anything of the code that would be behind it. */
    @ParameterizedTest
    @CsvSource({
        "GET, /nope, 404",
        "GET, /error, 404",
        "GET, /datasets/, 404",
        "DELETE, /jobs, 405",
        "TRACE, /jobs, 405",
        "PATCH, /jobs, 405",
        "QUERY, /jobs, 405",
        "BREW, /jobs, 405",
        "BREW, /nope, 404",
        "GET, //jobs, 400",
        "GET, /jobs;x=1, 400",
        "GET, /datasets/%2e%2e/jobs, 400",
        "GET, /datasets/..%2fjobs, 400",
        "GET, /datasets/a%00b, 400",
        "GET, /datasets/a%0d%0ab, 400",
        "GET, /datasets/a%5cb, 400",
        "HEAD, /jobs, 200",
        "OPTIONS, /jobs, 200"
    })
    void refusesWhatIsNoOperation(String method, String path, int status) throws IOException {
        String answer = ask(method + " " + path, "Host: localhost");
        assertThat(status(answer)).as(answer).isEqualTo(status);
        assertThat(answer).doesNotContain("io.winnow", "org.springframework", "Exception", "Tomcat");
        if (status == 405) {
            assertThat(answer).contains("\r\nAllow: ");
        }
        if (status >= 400) {
            requireProblem(answer);
        }
    }

    @Test
    void takesAnAddressOf8192CharactersAndNoLongerOne() throws IOException {
        String start = "/datasets?page=0&size=";
        String longest = start + "0".repeat(8192 - start.length() - 1) + "1";
        assertThat(status(ask("GET " + longest, "Host: localhost"))).isNotIn(414);
        String answer = ask("GET " + longest + "1", "Host: localhost");
        assertThat(status(answer)).isEqualTo(414);
        assertThat(answer).contains("application/problem+json");
    }

    @Test
    void takesAHundredHeadersAndNoMore() throws IOException {
        // Host and Connection are two of them.
        assertThat(status(ask("GET /jobs", headers(98)))).isEqualTo(200);
        String answer = ask("GET /jobs", headers(99));
        assertThat(status(answer)).isEqualTo(400);
        requireProblem(answer);
    }

    private static String[] headers(int others) {
        return Stream.concat(
                        Stream.of("Host: localhost"),
                        Stream.iterate(0, i -> i + 1).limit(others).map(i -> "X-H" + i + ": v"))
                .toArray(String[]::new);
    }

    /** What the container refuses by itself, before any filter. */
    static Stream<String> brokenRequests() {
        return Stream.of(
                "GET /jobs HTTP/1.1\r\nHost: localhost\r\nX-Large: " + "x".repeat(17_000) + "\r\n\r\n",
                "GET /jobs?" + "x".repeat(17_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /jobs HTTP/1.1\r\n\r\n",
                "GET /jobs HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /jobs HTTP/1.1\r\nHost: local host\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /jobs?a={ HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a<b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET jobs HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /jobs HTTP/1.1\r\nHost: localhost\r\nNo colon\r\n\r\n",
                "GET /jobs HTTP/1.1\r\nHost: localhost\r\n: no name\r\n\r\n",
                "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
                "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
                "G(T /jobs HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("brokenRequests")
    void tellsAProblemOfARequestThatIsBrokenAsHttp(String request) throws IOException {
        String answer = send(request.replaceFirst("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
        assertThat(status(answer)).as(answer).isIn(400, 431);
        requireProblem(answer);
    }

    @Test
    void saysThatItKnowsNoSuchTransferCodingOrVersion() throws IOException {
        String coding = ask("POST /jobs", "Host: localhost", "Transfer-Encoding: magic");
        assertThat(status(coding)).isIn(400, 501);
        requireProblem(coding);
        String version = send("GET /jobs HTTP/7.7\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(status(version)).isIn(400, 505);
        requireProblem(version);
    }

    private static void requireProblem(String answer) {
        String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
        String body = answer.substring(head.length() + 4);
        assertThat(head).containsIgnoringCase("\r\nContent-Type: application/problem+json");
        assertThat(head).doesNotContain("\r\nServer:", "\r\nX-Powered-By:");
        assertThat(body)
                .contains(
                        "\"type\":\"urn:winnow:problem:",
                        "\"status\":" + status(answer),
                        "\"title\":\"",
                        "\"detail\":\"")
                .doesNotContain("<html", "Exception", "Tomcat", "org.apache", "io.winnow", "timestamp", "\tat ");
    }

    @Test
    void sendsTheHeadersThatConfinePages() throws IOException {
        String answer = ask("GET /swagger-ui/index.html", "Host: localhost");
        assertThat(status(answer)).isEqualTo(200);
        assertThat(answer)
                .contains("X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Referrer-Policy: no-referrer")
                .containsPattern("Content-Security-Policy: default-src 'self';.*frame-ancestors 'none'")
                .doesNotContain("Set-Cookie", "JSESSIONID");
    }

    /** A figure opened by itself is a document of the service's origin, were it not for the sandbox. */
    @Test
    void sendsFiguresAsPagesWithoutOriginAndScripts() throws IOException {
        for (String figure : List.of("/evaluations/%s/plot.svg", "/dynamics/%s/plot.svg")) {
            String answer = ask("GET " + figure.formatted(UUID.randomUUID()), "Host: localhost");
            assertThat(answer).containsPattern("Content-Security-Policy: default-src 'none';.*; sandbox\r\n");
        }
    }

    @Test
    void saysThatAKeyDoesNotHoldEvenWhereNoneIsNeeded() throws IOException {
        String answer = ask("GET /jobs", "Host: localhost", "Authorization: Bearer wnw_" + "x".repeat(43));
        assertThat(status(answer)).isEqualTo(401);
        assertThat(answer).contains("WWW-Authenticate: Bearer realm=\"winnow\", error=\"invalid_token\"");
    }
}
