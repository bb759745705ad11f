package io.winnow.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.winnow.testing.Browser;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** The dashboard in a real browser, with the bundled data and real training; all its tests share one service and one browser. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"db-scheduler.polling-interval=100ms", "winnow.jobs.estimates=true"})
@Import(TestDatabase.class)
abstract class Dashboard {

    private static final Path FOLDER =
            Path.of("target", "dashboard-" + System.nanoTime()).toAbsolutePath();
    private static final Map<Integer, JsonNode> SCORED = new ConcurrentHashMap<>();
    private static final int[] WIDTHS = {2560, 360, 1280};

    @LocalServerPort
    int port;

    Browser browser;
    final WinnowClient service = new WinnowClient(() -> port);

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
    }

    @BeforeEach
    void openBrowser() {
        assumeTrue(Browser.isThere(), "skipped: there is no chromium with chromedriver on the PATH");
        browser = Browser.at("http://127.0.0.1:" + port);
    }

    /** Neither an error on the console, nor a request that failed, nor one to another host. */
    @AfterEach
    void nothingWentWrongUnseen() {
        if (browser != null) {
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** A job on the bundled pictures with two methods and two runs, done once for all tests of a service. */
    JsonNode scored() {
        return SCORED.computeIfAbsent(port, service -> {
            send("/datasets", "{\"name\": \"pictures\", \"format\": \"idx\", \"location\": \"samples/fashion-mnist\"}");
            this.service.ready("pictures");
            send("/models", "{\"name\": \"small\", \"architecture\": \"mlp\"}");
            return this.service.succeeded(send("/jobs", """
                    {"dataset": "pictures", "model": "small", "methods": ["el2n", "aum"], "runs": 2, "epochs": 2}
                    """));
        });
    }

    /** Where what a POST made is found. */
    String send(String path, String body) {
        HttpResponse<String> answer = service.post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    /** The id at the end of the page's address. */
    String shownId() {
        return String.valueOf(browser.run("return location.hash.split('/').pop()"));
    }

    /** What the form foresees; asks again where no worker was free to time the network. */
    String estimated() {
        return await().atMost(Duration.ofMinutes(3))
                .until(() -> String.valueOf(browser.run("""
                        const told = document.querySelector('[data-estimate]');
                        if (!told) return '';
                        if (!/no estimate/i.test(told.textContent)) return told.textContent;
                        told.closest('form').dispatchEvent(new Event('input'));
                        return '';
                        """)), text -> !text.isEmpty());
    }

    /** What every page must be: without barriers, and no wider than a small telephone or a large screen. */
    void requireNoBarriers(String page) throws IOException {
        assertThat(browser.violations()).as("barriers of the page " + page).isEmpty();
        for (int width : WIDTHS) {
            browser.width(width);
            browser.waitFor("document.documentElement.scrollWidth <= innerWidth");
        }
    }

    /** The same, and a picture of it where pictures are taken. */
    void look(String page) throws IOException {
        requireNoBarriers(page);
        if (Boolean.getBoolean("winnow.screenshots")) {
            browser.run("scrollTo(0, 0)");
            browser.waitFor("[...document.querySelectorAll('canvas')].every(canvas => 'drawn' in canvas.dataset)");
            browser.picture(Path.of("docs/images/dashboard-" + page + ".png"));
        }
    }
}
