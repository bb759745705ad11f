package io.winnow.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;

/** Callers that begin a request and do not go on: none keeps its connection. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"winnow.role=api", "server.tomcat.connection-timeout=500ms"})
@Import(TestDatabase.class)
class SlowRequestTests {

    @LocalServerPort
    int port;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GE",
                "GET /jobs HTTP/1.1\r\nHost: loc",
                "GET /jobs HTTP/1.1\r\nHost: localhost\r\n",
                "POST /models HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
                "POST /models HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
                "POST /datasets HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100\r\n\r\n--x"
            })
    void areCutOffInTheMiddleOfARequest(String begun) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).as("nothing, or a refusal, and then the end").doesNotContain("HTTP/1.1 2", "Exception");
        }
    }

    @Test
    void areGivenTwentySecondsWhereNothingElseIsSet() throws IOException {
        assertThat(new YamlPropertySourceLoader()
                        .load("settings", new ClassPathResource("application.yaml"))
                        .get(0)
                        .getProperty("server.tomcat.connection-timeout"))
                .isEqualTo("20s");
    }
}
