package io.winnow.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A headless Chromium that remembers what went over the network and what its console was told. */
public final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final ChromeDriver driver;
    private final String address;
    private final Map<String, String> requests = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private long bytes;

    /** @param downloads the folder that files are saved to */
    public Browser(String address, Path downloads) {
        this.address = address;
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium").orElseThrow().toFile());
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking");
        options.setExperimentalOption(
                "prefs",
                Map.of("download.default_directory", downloads.toAbsolutePath().toString()));
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
        width(1280);
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

    public void open(String path) {
        driver.get(address + path);
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

    public void click(String css) {
        WebElement element = find(css);
        run("arguments[0].scrollIntoView({block: 'center'})", element);
        element.click();
    }

    public String text(String css) {
        return find(css).getText();
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

    /** Errors of the console, requests that failed, and requests to other hosts. */
    public List<String> complaints() {
        read();
        return complaints;
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
        if (!url.startsWith(address + "/") && !url.startsWith("blob:" + address) && !url.startsWith("data:")) {
            complaints.add("another host: " + url);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
