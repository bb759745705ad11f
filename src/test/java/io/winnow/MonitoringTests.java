package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.MetricsTable;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator sees of a job, from its request to its subset: metrics, lines of the log, spans, information. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import({TestDatabase.class, MonitoringTests.Spans.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MonitoringTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Path FOLDER =
            Path.of("target", "monitoring-" + System.nanoTime()).toAbsolutePath();
    private static final Collector COLLECTOR = new Collector();

    @LocalServerPort
    int port;

    @Autowired
    MeterRegistry registry;

    @Autowired
    Spans spans;

    @Autowired
    Environment environment;

    private final WinnowClient winnow = new WinnowClient(() -> port);
    private String job = "";
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> FOLDER.resolve("data"));
        properties.add("winnow.work-dir", () -> FOLDER.resolve("work"));
        properties.add("management.opentelemetry.tracing.export.otlp.endpoint", COLLECTOR::endpoint);
        properties.add("management.opentelemetry.tracing.export.schedule-delay", () -> "100ms");
    }

    @BeforeAll
    void workOnAJob() throws IOException {
        JsonLog.start(log, environment);
        Path data = IdxFixture.write(FOLDER.resolve("data/bright"), 210, 60, 8, 3);
        winnow.send("/datasets", "{\"name\": \"bright\", \"format\": \"idx\", \"location\": \"%s\"}".formatted(data));
        winnow.ready("bright");
        winnow.send("/models", "{\"name\": \"small\", \"architecture\": \"small-cnn\"}");
        job = winnow.send("/jobs", """
                        {"dataset": "bright", "model": "small", "methods": ["el2n"], "runs": 2, "epochs": 2, "scoreAt": [2]}
                        """).get("id").asString();
        winnow.succeeded("/jobs/" + job);
        winnow.read("/subsets?ratio=0.5&job=" + job);
    }

    @AfterAll
    void clear() throws IOException {
        JsonLog.stop();
        COLLECTOR.server.stop(0);
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    @Test
    void tellsEveryMeterOfItsOwnInTheTableAndNoneBeside() throws IOException {
        TreeMap<String, TreeSet<String>> registered = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            if (meter.getId().getName().startsWith("winnow.")) {
                registered
                        .computeIfAbsent(meter.getId().getName(), name -> new TreeSet<>())
                        .addAll(meter.getId().getTags().stream()
                                .map(Tag::getKey)
                                .toList());
            }
        }
        // A pass is spread only where there are several workers.
        registered.putIfAbsent("winnow.shard", new TreeSet<>(List.of("outcome", "error")));
        registered.putIfAbsent("winnow.shard.active", new TreeSet<>());
        TreeMap<String, TreeSet<String>> told = new TreeMap<>();
        MetricsTable.read().forEach(row -> told.put(row.meter(), new TreeSet<>(row.tags())));
        assertThat(registered).isEqualTo(told);
    }

    @Test
    void tellsPrometheusTheNamesOfTheTable() throws IOException {
        String scrape = winnow.text("/actuator/prometheus");
        TreeSet<String> names = scrape.lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ")[2])
                .collect(Collectors.toCollection(TreeSet::new));
        for (MetricsTable.Row row : MetricsTable.read()) {
            if (!row.meter().startsWith("winnow.shard")) {
                assertThat(names).contains(row.prometheus());
            }
        }
        assertThat(names).contains("cache_gets_total", "cache_evictions_total");
    }

    @Test
    void countsWhatWasDone() {
        // Two trainings of two epochs over 210 samples; of each epoch the 60 test samples, and once all 210, are passed
        // over.
        assertThat(registry.get("winnow.samples")
                        .tag("phase", "train")
                        .counter()
                        .count())
                .isEqualTo(2 * 2 * 210);
        assertThat(registry.get("winnow.samples")
                        .tag("phase", "score")
                        .counter()
                        .count())
                .isEqualTo(2 * (2 * 60 + 210));
        assertThat(registry.get("winnow.run").tag("outcome", "done").timer().count())
                .isEqualTo(2);
        assertThat(registry.get("winnow.epoch").tag("whole", "true").timer().count())
                .isEqualTo(2 * 2);
        assertThat(registry.get("winnow.ingest.samples").counter().count()).isEqualTo(210 + 60);
        assertThat(registry.get("winnow.ingest").tag("outcome", "ready").timer().count())
                .isEqualTo(1);
        assertThat(registry.get("winnow.checkpoint")
                        .tag("outcome", "kept")
                        .timer()
                        .count())
                .isGreaterThanOrEqualTo(2 * 2);
        assertThat(registry.get("winnow.checkpoint.size").summary().mean()).isGreaterThan(1_000);
        assertThat(registry.get("winnow.subset").tag("format", "json").timer().count())
                .isEqualTo(1);
        assertThat(registry.get("winnow.device.memory.used")
                        .tag("device", "cpu")
                        .gauge()
                        .value())
                .isBetween(1e7, 1e12);
    }

    @Test
    void tellsWhatTheDatabaseKnows() {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(gauge("winnow.runs", "succeeded")).isEqualTo(2));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(gauge("winnow.jobs", "succeeded")).isEqualTo(1));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(gauge("winnow.datasets", "ready")).isEqualTo(1));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(gauge("winnow.workers", "idle")).isEqualTo(1));
        assertThat(registry.get("winnow.database.up").gauge().value()).isEqualTo(1);
        assertThat(registry.get("winnow.queue.depth").tag("kind", "run").gauges())
                .allMatch(gauge -> gauge.value() == 0);
    }

    private double gauge(String name, String state) {
        return registry.get(name).tag("state", state).gauge().value();
    }

    @Test
    void namesJobAndRunInLinesOfJson() {
        List<JsonNode> lines = log.toString(StandardCharsets.UTF_8)
                .lines()
                .map(JSON::readTree)
                .filter(line -> line.path("job").asString("").equals(job))
                .toList();
        assertThat(lines)
                .anySatisfy(line -> {
                    assertThat(line.get("message").asString()).contains("is accepted");
                    assertThat(line.has("run")).isFalse();
                })
                .anySatisfy(line -> {
                    assertThat(line.get("message").asString()).contains("is done");
                    assertThat(line.get("run").asString()).isEqualTo("1");
                    assertThat(line.get("traceId").asString()).hasSize(32);
                });
    }

    @Test
    void tracesTheRequestTheRunsAndTheirEpochs() {
        await().atMost(Duration.ofSeconds(10)).until(() -> spans.named("run").size() == 2);
        List<SpanData> runs = spans.named("run");
        assertThat(runs)
                .allSatisfy(run -> assertThat(attribute(run, "winnow.job.id")).isEqualTo(job))
                .allSatisfy(run -> assertThat(attribute(run, "outcome")).isEqualTo("done"))
                .extracting(run -> attribute(run, "winnow.run"))
                .containsExactlyInAnyOrder("0", "1");
        for (String epoch : List.of("epoch 1", "epoch 2")) {
            assertThat(spans.named(epoch))
                    .extracting(SpanData::getParentSpanId)
                    .containsExactlyInAnyOrderElementsOf(
                            runs.stream().map(SpanData::getSpanId).toList());
        }
        assertThat(spans.named("http post /jobs"))
                .singleElement()
                .satisfies(call -> assertThat(attribute(call, "winnow.job.id")).isEqualTo(job));
    }

    @Test
    void exportsNoTraceOfWhatWatchersAsk() {
        winnow.read("/actuator/health");
        winnow.read("/models/small");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !spans.named("http get /models/{name}").isEmpty());
        assertThat(spans.all).extracting(SpanData::getName).noneMatch(name -> name.contains("/actuator"));
    }

    @Test
    void sendsTracesToTheEndpointThatWasNamed() {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> COLLECTOR.bodies.stream()
                        .anyMatch(body -> body.contains("winnow.job.id") && body.contains(job)));
    }

    @Test
    void tellsBuildAndEngine() {
        JsonNode info = winnow.read("/actuator/info");
        assertThat(info.at("/build/version").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(info.at("/engine/djl").asString()).matches("0\\.\\d+\\.\\d+");
        assertThat(info.at("/engine/pytorch").asString()).startsWith("2.7.1");
        assertThat(info.at("/engine/devices").toString()).contains("\"cpu\"");
        assertThat(info.at("/java/version").asString()).isNotEmpty();
    }

    private static String attribute(SpanData span, String name) {
        return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(name)));
    }

    /** The log as the image writes it: a process has one format, and other tests have begun this one in another. */
    private static final class JsonLog {

        private static final String NAME = "json";

        static void start(OutputStream out, Environment environment) {
            LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
            context.putObject(Environment.class.getName(), environment);
            StructuredLogEncoder encoder = new StructuredLogEncoder();
            encoder.setContext(context);
            encoder.setFormat("ecs");
            encoder.start();
            OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
            appender.setName(NAME);
            appender.setContext(context);
            appender.setEncoder(encoder);
            appender.setOutputStream(out);
            appender.start();
            context.getLogger("io.winnow").addAppender(appender);
        }

        static void stop() {
            ((LoggerContext) LoggerFactory.getILoggerFactory())
                    .getLogger("io.winnow")
                    .detachAppender(NAME);
        }
    }

    /** Keeps the spans that are exported. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Spans implements SpanExporter {

        private final Queue<SpanData> all = new ConcurrentLinkedQueue<>();

        List<SpanData> named(String name) {
            return all.stream().filter(span -> span.getName().equals(name)).toList();
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            all.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    /** Takes what comes by OTLP. Names and ids stand in its bytes as they are. */
    private static final class Collector {

        private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
        private final HttpServer server;

        Collector() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.createContext("/v1/traces", exchange -> {
                bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
        }

        String endpoint() {
            return "http://127.0.0.1:%d/v1/traces".formatted(server.getAddress().getPort());
        }
    }
}
