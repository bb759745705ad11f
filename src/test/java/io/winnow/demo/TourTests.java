package io.winnow.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.mock.env.MockEnvironment;

/** How the tour comes in where the service asks for credentials. That it walks to its end, the README's first command shows. */
class TourTests {

    private static final String KEY = "wnw_" + "k".repeat(64);

    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private final MockEnvironment environment = new MockEnvironment();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private HttpServer service;

    /** Lets nobody in, and notes what they came with. */
    @BeforeEach
    void startAService() throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stopTheService() {
        service.stop(0);
    }

    private String walk() {
        WebServerApplicationContext context = mock(WebServerApplicationContext.class, RETURNS_DEEP_STUBS);
        when(context.getWebServer().getPort()).thenReturn(service.getAddress().getPort());
        when(context.getEnvironment()).thenReturn(environment);
        new TourOnStart(context, new PrintStream(printed, true, StandardCharsets.UTF_8)).walk();
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void comesWithTheKeyThatTheServiceWasStartedWith() {
        environment.setProperty("winnow.security.keys.admin.value", KEY);
        environment.setProperty("winnow.security.keys.admin.scope", "admin");
        assertThat(walk()).doesNotContain(KEY);
        assertThat(credentials).containsExactly("Bearer " + KEY);
    }

    @Test
    void passesOverKeysThatMayOnlyRead() {
        environment.setProperty("winnow.security.keys.admin.value", "");
        environment.setProperty("winnow.security.keys.admin.scope", "admin");
        environment.setProperty("winnow.security.keys.a.value", "wnw_reader");
        environment.setProperty("winnow.security.keys.b.value", KEY);
        environment.setProperty("winnow.security.keys.b.scope", "SUBMIT");
        assertThat(TourOnStart.key(environment)).isEqualTo(KEY);
    }

    @Test
    void saysWhatToDoWhereItHasNoKeyThatIsLetIn() {
        environment.setProperty("winnow.security.keys.admin.sha256", "0".repeat(64));
        environment.setProperty("winnow.security.keys.admin.scope", "admin");
        assertThat(walk())
                .contains("the service asks for credentials", "export WINNOW_API_KEY=")
                .doesNotContain("Exception", "\tat ");
        assertThat(credentials).containsExactly("null");
    }
}
