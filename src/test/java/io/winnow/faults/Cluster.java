package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.IdxFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Real processes of the service on a real PostgreSQL, with a small dataset that is really trained on. What a fault must not
 * change is held against an undisturbed job of the same request: equal bytes of every score of every run.
 */
final class Cluster implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int SAMPLES = 256;
    private static final String ROOTS = "--winnow.data.roots=";

    /** How long a job may take; where defences are switched off on purpose, less is enough to see that it never ends. */
    static final Duration PATIENCE = Duration.ofSeconds(count("patience", 120));

    /** Everything that takes a minute by default takes seconds here; the relations of the times are the same. */
    private static final List<String> ARGUMENTS = List.of(
            "--db-scheduler.heartbeat-interval=1s",
            "--db-scheduler.missed-heartbeats-limit=4",
            "--db-scheduler.polling-interval=200ms",
            "--spring.datasource.hikari.data-source-properties.socketTimeout=2",
            "--spring.datasource.hikari.connection-init-sql=SET idle_in_transaction_session_timeout = '4s'",
            "--spring.datasource.hikari.maximum-pool-size=6",
            "--spring.datasource.hikari.minimum-idle=1",
            "--winnow.jobs.retry-delay=200ms",
            "--winnow.jobs.sweep-interval=2s",
            "--winnow.engine.threads=1");

    private final Path folder;
    private final @Nullable SmallDisk disk;
    private final PostgresServer postgres;
    private final List<WinnowProcess> processes = new ArrayList<>();
    private final Map<String, String> undisturbed = new ConcurrentHashMap<>();
    private final HttpCalls http = new HttpCalls();
    private int started;
    private int forgotten;
    private volatile @Nullable WinnowProcess api;
    private final Visitor visitor;

    /** @param name of a folder under target/faults that has the logs afterwards */
    Cluster(String name) {
        this(name, 0);
    }

    private Cluster(String name, int megabytes) {
        this.folder = Path.of("target", "faults", name + "-" + System.currentTimeMillis())
                .toAbsolutePath();
        this.disk = megabytes == 0 ? null : SmallDisk.at(PostgresServer.dataOf(folder), megabytes);
        this.postgres = new PostgresServer(folder);
        try {
            IdxFixture.write(folder.resolve("data"), SAMPLES, 64, 8, 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.visitor = new Visitor(() -> api);
    }

    /** With a database on a disk of its own; of such a size. */
    static Cluster onDiskOf(String name, int megabytes) {
        return new Cluster(name, megabytes);
    }

    /** That of the database. */
    SmallDisk disk() {
        return disk;
    }

    /** A number that {@code -Dfaults.<name>} raises where the whole is wanted, see bench/faults/full.sh. */
    static int count(String name, int usual) {
        return Integer.getInteger("faults." + name, usual);
    }

    PostgresServer postgres() {
        return postgres;
    }

    Path folder() {
        return folder;
    }

    /** Starts the process that answers requests, registers the dataset and the model, and begins to write history. */
    WinnowProcess startApi() {
        return startApi(Options.none());
    }

    WinnowProcess startApi(Options options) {
        startApiAgain(options);
        post(
                "/datasets",
                "{\"name\": \"tiny\", \"format\": \"idx\", \"location\": \"" + folder.resolve("data") + "\"}");
        post("/models", "{\"name\": \"net\", \"architecture\": \"mlp\"}");
        awaitReady("tiny", Duration.ofSeconds(30));
        new Invariants(postgres).writeHistory();
        return api;
    }

    /** Starts a process in the place of the one that answered, which is gone. */
    WinnowProcess startApiAgain() {
        return startApiAgain(Options.none());
    }

    WinnowProcess startApiAgain(Options options) {
        api = launch("api", options).awaitStart();
        return api;
    }

    /** Starts a worker and does not wait for it. */
    WinnowProcess launchWorker(Options options) {
        return launch("worker", options);
    }

    WinnowProcess startWorker(Options options) {
        return launchWorker(options).awaitStart();
    }

    WinnowProcess launch(String role, Options options) {
        List<String> arguments = new ArrayList<>(ARGUMENTS);
        int database = options.databasePort() == 0 ? postgres.port() : options.databasePort();
        String name = role + "-" + ++started;
        arguments.addAll(List.of(
                "--winnow.role=" + role,
                "--winnow.home=" + folder.resolve(name),
                "--winnow.work-dir=" + folder.resolve("work"),
                "--spring.datasource.url=" + PostgresServer.url(database),
                "--spring.datasource.username=postgres"));
        arguments.addAll(options.arguments());
        // Given twice it would be a list of both.
        if (options.arguments().stream().noneMatch(given -> given.startsWith(ROOTS))) {
            arguments.add(ROOTS + folder.resolve("data"));
        }
        WinnowProcess process = WinnowProcess.start(name, folder, options.jvm(), arguments, options.environment());
        processes.add(process);
        return process;
    }

    /** Starts as many workers as are missing, and waits for none of them unless all are gone. */
    void keepWorkers(int wanted, Options options) {
        for (long alive = livingWorkers(); alive < wanted; alive++) {
            WinnowProcess worker = launchWorker(options);
            if (alive == 0) {
                worker.awaitStart();
            }
        }
    }

    void killWorkers() {
        workers().stream().filter(WinnowProcess::isAlive).forEach(WinnowProcess::kill);
    }

    long livingWorkers() {
        return workers().stream().filter(WinnowProcess::isAlive).count();
    }

    /** Workers that ended since the last look. */
    int deadWorkers() {
        return (int) (workers().size() - livingWorkers() - forgotten);
    }

    /** From here on, {@link #deadWorkers()} counts anew. */
    void forgetTheDead() {
        forgotten = (int) (workers().size() - livingWorkers());
    }

    private List<WinnowProcess> workers() {
        return processes.stream()
                .filter(process -> process.name().startsWith("worker"))
                .toList();
    }

    WinnowProcess api() {
        return api;
    }

    /** The body of a job over the tiny dataset. */
    static String request(int runs, int epochs, int seed) {
        return """
                {"dataset": "tiny", "model": "net", "methods": ["el2n", "grand", "forgetting"], "runs": %d, "epochs": %d,
                 "seed": %d, "training": {"batchSize": 32}}""".formatted(runs, epochs, seed);
    }

    /** @return the id */
    String submit(String request) {
        return post("/jobs", request).get("id").asString();
    }

    JsonNode awaitEnd(String job) {
        return awaitEnd(job, PATIENCE);
    }

    JsonNode awaitEnd(String job, Duration limit) {
        return awaitEndOf("/jobs/" + job, limit);
    }

    /** @param path of a job of any kind */
    JsonNode awaitEndOf(String path, Duration limit) {
        return await("the end of " + path + ", see " + folder)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> get(path), found -> found.get("finishedAt").isString());
    }

    /** Waits until a dataset is ready, or has failed. */
    JsonNode awaitIngested(String dataset) {
        return await("the ingest of " + dataset)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> get("/datasets/" + dataset),
                        found -> !found.get("state").asString().equals("INGESTING"));
    }

    void awaitReady(String dataset, Duration limit) {
        await().atMost(limit)
                .until(() -> get("/datasets/" + dataset).get("state").asString().equals("READY"));
    }

    JsonNode job(String id) {
        return get("/jobs/" + id);
    }

    /** Waits until a run of the job is at work and has shown so much of its progress, or all are through. */
    void awaitProgress(String job, double fraction) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> number("SELECT coalesce(max(fraction), 0) FROM run WHERE status = 'RUNNING' AND job_id = '"
                                        + job + "'")
                                >= fraction
                        || number("SELECT count(*) FROM run WHERE status <> 'SUCCEEDED' AND job_id = '" + job + "'")
                                == 0);
    }

    /** The job succeeded, with the same scores to the bit as if nothing had been in its way, and left nothing behind. */
    void assertUndisturbed(String job, String request) {
        JsonNode ended = awaitEnd(job);
        assertThat(ended.get("status").asString()).as(ended.toPrettyString()).isEqualTo("SUCCEEDED");
        assertThat(digest(job)).as("the bytes of all scores of job " + job).isEqualTo(undisturbed(request));
        await("no file of job " + job)
                .atMost(Duration.ofSeconds(30))
                .until(() -> filesOf(job).isEmpty());
        new Invariants(postgres).hold();
    }

    /** The digest of a job with this request that nothing disturbs: found once, while all processes are well. */
    String undisturbed(String request) {
        return undisturbed.computeIfAbsent(request, wanted -> {
            String job = submit(wanted);
            assertThat(awaitEnd(job).get("status").asString()).isEqualTo("SUCCEEDED");
            return digest(job);
        });
    }

    /** SHA-256 over the scores of every score set and every run of it. */
    private String digest(String job) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            JsonNode found = job(job);
            for (JsonNode set : found.get("scoreSets")) {
                String scores = "/score-sets/" + set.get("id").asString() + "/scores?format=npy";
                digest.update(bytes(scores));
                for (int run = 0; run < found.at("/request/runs").asInt(); run++) {
                    digest.update(bytes(scores + "&run=" + run));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    JobListener listen(String job) {
        return http.listen(api.url() + "/jobs/" + job + "/events");
    }

    /** Ends all jobs without asking a process of the service. */
    void cancelAll() {
        execute("""
                UPDATE run SET status = 'DROPPED', fence = fence + 1, finished_at = now() WHERE status IN ('QUEUED', 'RUNNING')""");
        execute("UPDATE job SET status = 'CANCELLED', finished_at = now() WHERE finished_at IS NULL");
        execute("DELETE FROM scheduled_tasks WHERE NOT picked");
    }

    int attempts(String job) {
        return (int) number("SELECT sum(attempts) FROM run WHERE job_id = '" + job + "'");
    }

    double number(String sql) {
        return postgres.number(sql);
    }

    void execute(String sql) {
        postgres.execute(sql);
    }

    /**
     * Kills the process that is at work on a run of the job, if one still is: it can end at any moment.
     *
     * @return whether one was
     */
    boolean killWorkerOf(String job) {
        Optional<WinnowProcess> victim = process(workerIdOf(job));
        victim.ifPresent(WinnowProcess::kill);
        return victim.isPresent();
    }

    /** Who is at work on that run of the job that is the furthest; empty when none is at work. */
    String workerIdOf(String job) {
        return text("SELECT worker FROM run WHERE status = 'RUNNING' AND job_id = '" + job
                + "' ORDER BY fraction DESC LIMIT 1");
    }

    /** The living process that calls itself so in the database. */
    Optional<WinnowProcess> process(String worker) {
        return processes.stream()
                .filter(WinnowProcess::isAlive)
                .filter(process -> worker.contains("-" + process.pid() + "-"))
                .findFirst();
    }

    /** Whether the process is the last that claimed one of the job's runs, and that has not ended. */
    boolean holdsRunOf(String job, WinnowProcess process) {
        return number("SELECT count(*) FROM run WHERE status = 'RUNNING' AND job_id = '" + job + "' AND worker LIKE '%-"
                        + process.pid() + "-%'")
                > 0;
    }

    /** What all workers have logged, in no order. */
    String logsOfWorkers() {
        return workers().stream().map(WinnowProcess::log).collect(Collectors.joining("\n"));
    }

    /** The files that are kept of a job that has not ended, and that must go with it. */
    List<Path> filesOf(String job) {
        try (Stream<Path> files = Files.walk(folder.resolve("work/checkpoints").resolve(job))) {
            return files.filter(Files::isRegularFile).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the lock under which jobs are let into the queue, for as long as the action lasts. */
    void holdQueueLockWhile(Action action) throws Exception {
        holdWhile("SELECT pg_advisory_xact_lock(" + 0x77696e6e_0001L + ")", action);
    }

    /** Whoever decides about a run of the job must wait for its row; who only writes how far it is need not. */
    void holdRowWhile(String job, Action action) throws Exception {
        holdWhile("SELECT FROM job WHERE id = '" + job + "' FOR UPDATE", action);
    }

    /** @param lock a statement that takes it in its transaction */
    void holdWhile(String lock, Action action) throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(lock);
            action.run();
            connection.rollback();
        }
    }

    /** Something that may throw anything. */
    interface Action {
        void run() throws Exception;
    }

    /** The process that is at work on a run of the job. */
    WinnowProcess workerOf(String job) {
        String id = workerIdOf(job);
        return process(id).orElseThrow(() -> new IllegalStateException("no process is " + id));
    }

    String text(String sql) {
        return postgres.text(sql);
    }

    JsonNode get(String path) {
        return JSON.readTree(bytes(path));
    }

    private byte[] bytes(String path) {
        return http.bytes(api.url() + path);
    }

    JsonNode post(String path, String body) {
        HttpResponse<String> answer = call(api, "POST", path, body, null);
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException("POST " + path + " answered " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** @param key an idempotency key, or null */
    HttpResponse<String> call(WinnowProcess process, String method, String path, String body, String key) {
        return http.call(method, process.url() + path, body, key);
    }

    @Override
    public void close() {
        visitor.close();
        try {
            processes.forEach(WinnowProcess::close);
            postgres.close();
        } finally {
            if (disk != null) {
                disk.close();
            }
        }
        assertThat(visitor.wrong())
                .as("what else than an answer or a 503 somebody saw who looked at the service all the while, see "
                        + folder)
                .isEmpty();
        if (api != null) {
            assertThat(visitor.answered()).as("answers to who looked").isPositive();
        }
    }
}
