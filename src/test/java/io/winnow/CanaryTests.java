package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.surrogate.djl.ScriptFixture;
import io.winnow.testing.Form;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The secrets that a service is started with turn up nowhere else: a process at its most talkative, from start to outage. */
@EnabledOnOs(OS.LINUX)
class CanaryTests {

    private static final String PASSWORD = "canary-of-the-database-5e1c";
    private static final String SECRET = "canary-of-the-object-store-90ab";
    private static final List<String> CANARIES = List.of(
            PASSWORD,
            SECRET,
            HexFormat.of().formatHex(PASSWORD.getBytes(StandardCharsets.UTF_8)),
            HexFormat.of().formatHex(SECRET.getBytes(StandardCharsets.UTF_8)));

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    @TempDir
    private Path folder;

    private final List<String> bodies = new ArrayList<>();
    private final Map<Long, String> children = new HashMap<>();
    private TestDatabase.Details database;
    private Path log;
    private int port;
    private final WinnowClient winnow = new WinnowClient(() -> port);

    @Test
    void areInNoLogNoAnswerNoTableAndNoCommandLine() throws Exception {
        database = TestDatabase.freshDatabase();
        String role = "canary_" + System.nanoTime();
        sql("CREATE ROLE %s LOGIN SUPERUSER PASSWORD '%s'".formatted(role, PASSWORD));
        IdxFixture.write(folder.resolve("data/some"), 60, 20, 28, 10);
        Process process = start(role);
        try {
            askWell(process);
            askBadly();
            sql("ALTER ROLE %s NOLOGIN".formatted(role));
            sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'".formatted(role));
            await().until(() -> keep(winnow.get("/jobs")).statusCode() == 503);
            sql("ALTER ROLE %s LOGIN".formatted(role));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> keep(winnow.get("/jobs")).statusCode() == 200);
            look(process.toHandle());
        } finally {
            process.destroy();
            process.waitFor();
        }
        requireNone("log", Files.readString(log));
        assertThat(bodies).hasSizeGreaterThan(30);
        bodies.forEach(body -> requireNone("answer", body));
        assertThat(children.values()).anyMatch(child -> child.contains("ModuleServer"));
        children.values().forEach(child -> requireNone("process", child));
        requireNoneInTables();
    }

    private Process start(String role) throws IOException {
        log = folder.resolve("log");
        int nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WinnowApplication.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SPRING_DATASOURCE_URL",
                        database.getJdbcUrl(),
                        "SPRING_DATASOURCE_USERNAME",
                        role,
                        "SPRING_DATASOURCE_PASSWORD",
                        PASSWORD,
                        "WINNOW_DATA_S3_ACCESSKEY",
                        "AKIACANARY",
                        "WINNOW_DATA_S3_SECRETKEY",
                        SECRET,
                        "WINNOW_DATA_S3_ENDPOINT",
                        "http://127.0.0.1:" + nobody,
                        "WINNOW_DATA_S3_PATHSTYLE",
                        "true",
                        "WINNOW_DATA_S3_ALLOWED",
                        "images",
                        "AWS_SECRET_ACCESS_KEY",
                        SECRET));
        builder.environment()
                .putAll(Map.of(
                        "WINNOW_HOME", folder.resolve("home").toString(),
                        "WINNOW_DATA_ROOTS", folder.resolve("data").toString(),
                        "WINNOW_MODELS_TORCHSCRIPT_ENABLED", "true",
                        "SERVER_PORT", "0",
                        "LOGGING_LEVEL_ROOT", "debug",
                        "LOGGING_LEVEL_IO_WINNOW", "trace",
                        "LOGGING_LEVEL_COM_ZAXXER_HIKARI", "debug",
                        "LOGGING_LEVEL_SOFTWARE_AMAZON", "debug",
                        "DJL_OFFLINE", "true",
                        "OPT_OUT_TRACKING", "true"));
        Process process = builder.start();
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            Matcher started = PORT.matcher(Files.readString(log));
            assertThat(process.isAlive()).as("%s", log).isTrue();
            boolean found = started.find();
            port = found ? Integer.parseInt(started.group(1)) : 0;
            return found;
        });
        return process;
    }

    private HttpResponse<String> keep(HttpResponse<String> answer) {
        bodies.add(answer.headers().map() + "\n" + answer.body());
        return answer;
    }

    /** A run of somebody's module, which has a process of its own. */
    private void askWell(Process process) throws IOException {
        keep(winnow.post("/datasets", "{\"name\": \"some\", \"format\": \"idx\", \"location\": \"some\"}"));
        winnow.ready("some");
        byte[] module = Files.readAllBytes(ScriptFixture.file("small-2.7.pt"));
        keep(winnow.post(
                "/models", new Form().text("metadata", "{\"name\": \"code\"}").file("file", "net.pt", module)));
        HttpResponse<String> job = keep(winnow.post(
                "/jobs",
                "{\"dataset\": \"some\", \"model\": \"code\", \"methods\": [\"el2n\"], \"epochs\": 1, \"runs\": 1}"));
        assertThat(job.statusCode()).as(job.body()).isEqualTo(202);
        String location = job.headers().firstValue("Location").orElseThrow();
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    look(process.toHandle());
                    return !winnow.read(location).get("finishedAt").isNull();
                });
        HttpResponse<String> ended = keep(winnow.get(location));
        assertThat(WinnowClient.json(ended).get("status").asString())
                .as(ended.body())
                .isEqualTo("SUCCEEDED");
        keep(winnow.post("/datasets", "{\"name\": \"far\", \"format\": \"idx\", \"location\": \"s3://images/far\"}"));
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !keep(winnow.get("/datasets/far")).body().contains("INGESTING"));
    }

    private void askBadly() {
        for (String path : List.of(
                "/",
                "/jobs",
                "/jobs/x",
                "/datasets",
                "/datasets/far",
                "/models",
                "/models/code",
                "/workers",
                "/devices",
                "/score-sets",
                "/subsets?ratio=0.5",
                "/subsets?ratio=x",
                "/subsets?ratio=0.5&dataset=far",
                "/api-keys",
                "/openapi.yaml",
                "/v3/api-docs",
                "/nope",
                "/error",
                "/actuator/health",
                "/actuator/health/readiness",
                "/actuator/info",
                "/actuator/prometheus",
                "/actuator/env",
                "/actuator/env/spring.datasource.password",
                "/actuator/configprops",
                "/actuator/heapdump",
                "/actuator/loggers")) {
            keep(winnow.get(path));
        }
        for (String body : List.of(
                "",
                "{",
                "{\"name\": \"${spring.datasource.password}\", \"format\": \"idx\", \"location\": \"x\"}",
                "{\"name\": \"bad\", \"format\": \"idx\", \"location\": \"#{systemEnvironment}\"}",
                "{\"name\": \"bad\", \"format\": \"idx\", \"location\": \"/proc/self/environ\"}",
                "{\"name\": \"bad\", \"format\": \"idx\", \"location\": \"s3://secret/x\"}")) {
            keep(winnow.post("/datasets", body));
        }
    }

    /** Command lines, which anybody on the machine reads, and the environment of the process that runs others' code. */
    private void look(ProcessHandle service) {
        children.merge(service.pid(), read(service, "cmdline"), String::concat);
        service.descendants().forEach(child -> {
            String command = read(child, "cmdline");
            String told = command.contains("ModuleServer") ? command + read(child, "environ") : command;
            children.merge(child.pid(), told, String::concat);
        });
    }

    private static String read(ProcessHandle process, String what) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), what), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static void requireNone(String where, String text) {
        for (String canary : CANARIES) {
            int at = text.indexOf(canary);
            assertThat(at < 0 ? null : text.substring(Math.max(0, at - 200), at))
                    .as("what stands before a secret in a " + where)
                    .isNull();
        }
    }

    private void requireNoneInTables() throws SQLException {
        List<String> tables = query("SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)"
                + " FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                + " AND table_schema NOT IN ('pg_catalog', 'information_schema')");
        assertThat(tables).contains("public.scheduled_tasks", "public.dataset", "public.job");
        for (String table : tables) {
            query("SELECT t::text FROM " + table + " t").forEach(row -> requireNone(table, row));
        }
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection(database.getJdbcUrl(), database.getUsername(), database.getPassword());
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = connection();
                Statement called = connection.createStatement()) {
            called.execute(statement);
        }
    }

    private List<String> query(String query) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> read = new ArrayList<>();
            while (rows.next()) {
                read.add(rows.getString(1));
            }
            return read;
        }
    }
}
