package io.winnow.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A headless Chromium that remembers what went over the network and what its console was told. One serves all tests of the JVM,
 * for it takes long to start.
 */
public final class Browser {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int MOST_TABS = 80;

    private static final Path DOWNLOADS =
            Path.of("target", "downloads-" + System.nanoTime()).toAbsolutePath();
    private static @Nullable Browser shared;

    private final ChromeDriver driver;
    private String address = "";
    private final Map<String, String> requests = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private long bytes;

    /** The browser as a user finds it who opens the service at the address: nothing was asked for yet. */
    public static synchronized Browser at(String address) {
        if (shared == null) {
            Browser started = new Browser();
            Runtime.getRuntime().addShutdownHook(new Thread(started.driver::quit));
            shared = started;
        }
        shared.begin(address);
        return shared;
    }

    private Browser() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium").orElseThrow().toFile());
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking");
        options.setExperimentalOption("prefs", Map.of("download.default_directory", DOWNLOADS.toString()));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable("browser", Level.ALL);
        logs.enable("performance", Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        this.driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(
                                program("chromedriver").orElseThrow().toFile())
                        .build(),
                options);
    }

    private void begin(String address) {
        driver.get("about:blank");
        read();
        complaints.clear();
        requests.clear();
        bytes = 0;
        FileSystemUtils.deleteRecursively(DOWNLOADS.toFile());
        try {
            Files.createDirectories(DOWNLOADS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.address = address;
        width(1280);
        dark(false);
    }

    /** A file that was saved. */
    public Path download(String name) {
        Path file = DOWNLOADS.resolve(name);
        await().atMost(PATIENCE).until(() -> Files.exists(file));
        return file;
    }

    /** Whether its user prefers dark pages. */
    public void dark(boolean preferred) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", preferred ? "dark" : "light"))));
    }

    /** Whether this machine has a browser and its driver. */
    public static boolean isThere() {
        return program("chromium").isPresent() && program("chromedriver").isPresent();
    }

    private static Optional<Path> program(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public void width(int pixels) {
        driver.manage().window().setSize(new Dimension(pixels, 1000));
    }

    /** Opens a page and waits until it is there, with whatever it says. */
    public void open(String path) {
        driver.get(address + path);
        waitFor("document.querySelector('main').dataset.shown === location.hash");
    }

    /** The first element that is shown, once it is. */
    public WebElement find(String css) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> driver.findElement(By.cssSelector(css)), WebElement::isDisplayed);
    }

    public void waitFor(String script) {
        await("until " + script)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> run("return Boolean(" + script + ")").equals(true));
    }

    public Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    public void fill(String css, String text) {
        WebElement input = find(css);
        input.clear();
        input.sendKeys(text);
    }

    /** Chooses an option as a user does. */
    public void choose(String css, String value) {
        run("""
                arguments[0].value = arguments[1];
                arguments[0].dispatchEvent(new Event('input', { bubbles: true }));
                arguments[0].dispatchEvent(new Event('change', { bubbles: true }));
                """, find(css), value);
    }

    /** The numbers of the first series of a chart. */
    public List<Long> drawn(String css) {
        List<Long> values = new ArrayList<>();
        for (Object value : (List<?>) run("return Chart.getChart(arguments[0]).data.datasets[0].data", find(css))) {
            values.add(((Number) value).longValue());
        }
        return values;
    }

    /** A line to copy, by its title. */
    public String copied(String title) {
        return String.valueOf(run("""
                return [...document.querySelectorAll('details')]
                    .find(one => one.querySelector('summary').textContent === arguments[0]).querySelector('pre').textContent
                """, title));
    }

    /** Presses the button with that text. */
    public void pressButton(String text) {
        run("[...document.querySelectorAll('button')].find(one => one.textContent === arguments[0]).click()", text);
    }

    /** Types to whatever has the focus. */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Goes on by the tab key until an element has the focus, which must be seen there. */
    public void tabTo(String css) {
        for (int i = 0; i < MOST_TABS; i++) {
            press(Keys.TAB);
            if (run("return document.activeElement.matches(arguments[0])", css).equals(true)) {
                assertThat(run("return getComputedStyle(document.activeElement).outlineStyle"))
                        .as("the focus on " + css)
                        .isNotEqualTo("none");
                return;
            }
        }
        throw new AssertionError("the tab key does not lead to " + css);
    }

    public void click(String css) {
        on(css, element -> {
            run("arguments[0].scrollIntoView({block: 'center'})", element);
            element.click();
            return true;
        });
    }

    public String text(String css) {
        return on(css, WebElement::getText);
    }

    public String attribute(String css, String name) {
        return on(css, element -> String.valueOf(element.getDomAttribute(name)));
    }

    /** Pages draw anew what they show: an element may be another one a moment later. */
    private <T> T on(String css, Function<WebElement, T> action) {
        return await().atMost(PATIENCE)
                .ignoreException(StaleElementReferenceException.class)
                .until(() -> action.apply(find(css)), Objects::nonNull);
    }

    /** What axe-core finds serious or critical on the page, as text. */
    public String violations() throws IOException {
        try (InputStream in =
                Browser.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            run(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return String.valueOf(driver.executeAsyncScript("""
                const done = arguments[0];
                axe.run().then(found => done(found.violations
                    .filter(one => ['serious', 'critical'].includes(one.impact))
                    .map(one => one.id + ': ' + one.nodes.map(node => node.html).slice(0, 3).join(' '))
                    .join('; ')), error => done(String(error)));
                """));
    }

    public void picture(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** Errors of the console, requests that failed, and requests to other hosts, since this was asked last. */
    public List<String> complaints() {
        read();
        List<String> found = List.copyOf(complaints);
        complaints.clear();
        return found;
    }

    /** All that came over the network until now. */
    public long bytes() {
        read();
        return bytes;
    }

    private void read() {
        for (LogEntry entry : driver.manage().logs().get("browser")) {
            if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
                complaints.add(entry.getMessage());
            }
        }
        for (LogEntry entry : driver.manage().logs().get("performance")) {
            JsonNode message = JsonMapper.shared().readTree(entry.getMessage()).get("message");
            JsonNode given = message.get("params");
            switch (message.get("method").asString()) {
                case "Network.requestWillBeSent" -> sent(given);
                case "Network.responseReceived" -> {
                    if (given.at("/response/status").asInt() >= 400) {
                        complaints.add(given.at("/response/status").asInt() + " "
                                + given.at("/response/url").asString());
                    }
                }
                case "Network.loadingFinished" ->
                    bytes += given.get("encodedDataLength").asLong();
                case "Network.loadingFailed" -> {
                    if (!given.path("canceled").asBoolean()) {
                        complaints.add(
                                "failed: " + requests.get(given.get("requestId").asString()));
                    }
                }
                default -> {}
            }
        }
    }

    private void sent(JsonNode given) {
        String url = given.at("/request/url").asString();
        requests.put(given.get("requestId").asString(), url);
        if (!url.startsWith("about:")
                && !url.startsWith(address + "/")
                && !url.startsWith("blob:" + address)
                && !url.startsWith("data:")) {
            complaints.add("another host: " + url);
        }
    }
}
