package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.winnow.testing.Browser;
import io.winnow.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dashboard in a real browser, with the bundled data and real training. With {@code -Dwinnow.screenshots=true} the pictures
 * of the documents are taken anew.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
class DashboardTests {

    private static final Path FOLDER =
            Path.of("target", "dashboard-" + System.nanoTime()).toAbsolutePath();

    @LocalServerPort
    int port;

    Browser browser;
    final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
    }

    @BeforeEach
    void openBrowser() throws IOException {
        assumeTrue(Browser.isThere(), "skipped: there is no chromium with chromedriver on the PATH");
        Files.createDirectories(FOLDER.resolve("downloads"));
        browser = new Browser("http://127.0.0.1:" + port, FOLDER.resolve("downloads"));
    }

    @AfterEach
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void leadsFromTheBundledDataToADownloadedSubset() throws Exception {
        browser.open("/");
        browser.fill("input[name=name]", "clothes");
        browser.fill("input[name=location]", "samples/fashion-mnist");
        browser.click("form button");
        browser.find("[data-state=READY]");
        browser.find(".samples img");
        look("datasets");

        browser.open("/#/jobs/new");
        browser.find("select[name=model]");
        browser.run("document.querySelector('select[name=model]').value = 'new:small-cnn'");
        browser.fill("input[name=runs]", "2");
        browser.fill("input[name=epochs]", "1");
        look("job-form");
        browser.click("form button.main");
        browser.find("[data-status=SUCCEEDED]");
        browser.find("[data-scores]");
        look("job");

        browser.click("a[aria-label='Scores by el2n']");
        browser.find("ul[aria-label='The most important samples'] img");
        browser.find("ul[aria-label='The least important samples'] img");
        look("scores");

        browser.open("/#/subsets");
        browser.find("[data-size='3000']");
        browser.run("""
                const slider = document.querySelector('input[name=ratio]');
                slider.value = 0.5;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                """);
        browser.find("[data-size='5000']");
        assertThat(browser.text("[data-size]")).contains("5,000 of 10,000 samples kept");
        browser.waitFor("document.body.textContent.includes('Policy random at the same ratio keeps')");
        look("subsets");
        browser.click(".controls button.main");
        Path saved = FOLDER.resolve("downloads/subset.npy");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(saved));
        assertThat(Files.readAllBytes(saved)).isEqualTo(get("/subsets?ratio=0.5&format=npy"));

        browser.open("/#/suspects");
        browser.find("ul[aria-label=Suspects] img");
        look("suspects");
        assertThat(browser.complaints()).isEmpty();
    }

    /** What every page must be: without barriers, and no wider than a small telephone or a large screen. */
    private void look(String page) throws IOException {
        assertThat(browser.violations()).as("barriers of the page " + page).isEmpty();
        for (int width : new int[] {2560, 360, 1280}) {
            browser.width(width);
            browser.waitFor("document.documentElement.scrollWidth <= innerWidth");
        }
        if (Boolean.getBoolean("winnow.screenshots")) {
            browser.run("scrollTo(0, 0)");
            browser.picture(Path.of("docs/images/dashboard-" + page + ".png"));
        }
    }

    @Test
    void staysSmallAndQuickWithOverAMillionSamples() throws Exception {
        int size = 1_280_000;
        String set = imported(size);
        browser.open("/#/subsets/" + set);
        browser.find("[data-size='" + size * 3 / 10 + "']");
        long best = Long.MAX_VALUE;
        for (int percent = 40; percent <= 80; percent += 10) {
            long started = System.nanoTime();
            browser.run("""
                    const slider = document.querySelector('input[name=ratio]');
                    slider.value = arguments[0];
                    slider.dispatchEvent(new Event('input', { bubbles: true }));
                    """, percent / 100.0);
            browser.find("[data-size='" + size / 100 * percent + "']");
            best = Math.min(best, System.nanoTime() - started);
        }
        browser.open("/#/scores/" + set);
        browser.find("ul[aria-label='The least important samples'] li");
        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofSeconds(1));
        assertThat(browser.bytes()).isLessThan(2_000_000);
        long heap = ((Number) browser.run("return performance.memory.usedJSHeapSize")).longValue();
        assertThat(heap).isLessThan(50_000_000);
        assertThat(browser.complaints()).isEmpty();
    }

    private String imported(int size) throws Exception {
        Random random = new Random(5);
        ByteBuffer scores = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer labels = ByteBuffer.allocate(size * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            scores.putFloat((float) random.nextGaussian());
            labels.putShort((short) random.nextInt(1000));
        }
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        part(form, "metadata", "{\"name\": \"large\", \"method\": \"mine\", \"keeps\": \"HIGHEST\"}".getBytes());
        part(form, "file", npy("<f4", size, scores.array()));
        part(form, "labels", npy("<i2", size, labels.array()));
        form.writeBytes("--b--\r\n".getBytes());
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/score-sets"))
                        .header("Content-Type", "multipart/form-data; boundary=b")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JsonMapper.shared().readTree(answer.body()).get("id").asString();
    }

    private static void part(ByteArrayOutputStream form, String name, byte[] content) {
        String type = name.equals("metadata") ? "application/json" : "application/octet-stream";
        String file = name.equals("metadata") ? "" : "; filename=\"" + name + ".npy\"";
        form.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"%s\"%s\r\nContent-Type: %s\r\n\r\n"
                        .formatted(name, file, type))
                .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(content);
        form.writeBytes("\r\n".getBytes());
    }

    private static byte[] npy(String type, int size, byte[] values) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(new io.winnow.platform.tabular.NpyHeader(type, size).toBytes());
        file.write(values);
        return file.toByteArray();
    }

    private byte[] get(String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }
}
