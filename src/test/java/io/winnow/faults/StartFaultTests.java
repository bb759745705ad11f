package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that start at once, or beside one that is at work, on one database. */
@Tag("faults")
class StartFaultTests {

    private static final int AT_ONCE = Cluster.count("starts", 5);
    private static final int RATE = Cluster.count("rate", 20);

    /** A process of a later release, as far as the schema goes. */
    private static final Options NEXT_RELEASE = Options.none()
            .with("--spring.flyway.locations=classpath:db/migration,filesystem:"
                    + Path.of("src/test/resources/faults/next-release").toAbsolutePath());

    private Cluster cluster;

    @BeforeEach
    void start() {
        cluster = new Cluster("start");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void makesTheSchemaOnceWhenFiveProcessesStartAtOnceOnAnEmptyDatabase() throws IOException {
        List<WinnowProcess> processes = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            processes.add(cluster.launch(i % 2 == 0 ? "api" : "worker", Options.none()));
        }
        processes.forEach(WinnowProcess::awaitStart);
        for (WinnowProcess process : processes) {
            assertThat(cluster.call(process, "GET", "/actuator/health/readiness", null, null)
                            .statusCode())
                    .as(process.name())
                    .isEqualTo(200);
        }
        try (Stream<Path> scripts = Files.list(Path.of("target/classes/db/migration"))) {
            assertThat(cluster.number(
                            "SELECT count(*) FROM flyway_schema_history WHERE success AND version IS NOT NULL"))
                    .as("scripts that were run")
                    .isEqualTo(scripts.count());
        }
        assertThat(cluster.number("SELECT count(*) - count(DISTINCT script) FROM flyway_schema_history"))
                .as("scripts that were run twice")
                .isZero();
    }

    /**
     * The one that starts brings a change of the schema, and has to wait for it: somebody reads the table for long. Who comes
     * after it does not wait behind it for longer than it dares to.
     */
    @Test
    void failsNoRequestOfOthersWhileAProcessStartsThatChangesTheSchema() throws Exception {
        // The time-outs of the defaults: those of the tests' own would end a wait that is to be seen.
        cluster.startApi(Options.none()
                .with(
                        "--spring.datasource.hikari.data-source-properties.socketTimeout=40",
                        "--spring.datasource.hikari.maximum-pool-size=20"));
        try (RequestLoad load = new RequestLoad(cluster.api().url(), RATE, "/jobs", "/datasets/tiny", "/score-sets")) {
            WinnowProcess starting;
            try (Connection reader = cluster.postgres().connect();
                    Statement statement = reader.createStatement()) {
                reader.setAutoCommit(false);
                statement.execute("SELECT count(*) FROM job");
                starting = cluster.launch("api", NEXT_RELEASE);
                awaitLog(starting, "the schema could not be changed yet");
                reader.rollback();
            }
            starting.awaitStart();
            load.awaitAnswers(3 * RATE);
            System.out.printf("start: %s while a process changed the schema%n", load);
            assertThat(load.failures()).isEmpty();
            assertThat(load.slowest()).isLessThan(Duration.ofSeconds(5));
        }
        assertThat(cluster.number("SELECT count(*) FROM information_schema.columns"
                        + " WHERE table_name = 'job' AND column_name = 'of_the_next_release'"))
                .isEqualTo(1);
        assertThat(cluster.call(cluster.api(), "POST", "/jobs", Cluster.request(1, 1, 1), "old")
                        .statusCode())
                .as("the former release goes on with the new schema")
                .isEqualTo(202);
    }

    /** While a release is rolled out, processes of the one before it may have to start anew: after a crash, or on another machine. */
    @Test
    void startsAndWorksOnTheSchemaOfTheNextRelease() {
        cluster.startApi(NEXT_RELEASE).kill();
        WinnowProcess worker = cluster.launchWorker(Options.none());
        cluster.startApiAgain();
        worker.awaitStart();
        String request = Cluster.request(1, 1, 1);
        cluster.assertUndisturbed(cluster.submit(request), request);
        assertThat(cluster.text("SELECT max(version::bigint) FROM flyway_schema_history"))
                .as("the schema stays that of the next release")
                .isEqualTo("99999");
    }

    private void awaitLog(WinnowProcess process, String text) {
        // It begins to change the schema as late as the machine is slow; from then on it has a limit.
        await().atMost(Cluster.PATIENCE).until(this::waitsForALock);
        await("'" + text + "' in the log of " + process.name())
                .atMost(Duration.ofSeconds(15))
                .until(() -> process.log().contains(text));
    }

    private boolean waitsForALock() {
        return cluster.number("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'") > 0;
    }
}
