package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.winnow.job.WorkerRegistry.WorkerView;
import io.winnow.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** A worker whose connections are all in the hands of requests. */
@SpringBootTest(
        properties = {
            "winnow.role=worker",
            "spring.datasource.hikari.maximum-pool-size=4",
            "spring.datasource.hikari.connection-timeout=250",
            // By its own clock it shows nothing while a test lasts.
            "db-scheduler.heartbeat-interval=1h"
        })
@Import({TestDatabase.class, JobBench.class})
class HeartbeatPoolTests {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    @Autowired
    HikariDataSource requests;

    @Autowired
    HeartbeatPool heartbeats;

    @Autowired
    WorkerRegistry workers;

    @Autowired
    ScoringJobs scoring;

    @Autowired
    RunTable runs;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    MeterRegistry meters;

    @Autowired
    JdbcClient jdbc;

    @BeforeEach
    @AfterEach
    void emptyTheQueue() {
        jdbc.sql("DELETE FROM scheduled_tasks").update();
        jdbc.sql("DELETE FROM job").update();
    }

    @Test
    void showsThatItLivesAndGoesOnLookingForWork() throws SQLException {
        workers.beat();
        Instant before = heartbeat();
        long looked = taken();
        whileRequestsHoldAll(() -> {
            assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(requests::getConnection);

            workers.beat();
            await().atMost(LONGEST).until(() -> taken() > looked + 3);
        });
        assertThat(heartbeat()).isAfter(before);
    }

    @Test
    void aRunKeepsItsClaim() throws SQLException {
        // Without a task, so that this process leaves it alone.
        UUID job = transactions.execute(status -> {
            UUID submitted = submit();
            jdbc.sql("DELETE FROM scheduled_tasks").update();
            return submitted;
        });
        RunKey run = new RunKey(job, 0);
        long fence = runs.claim(run, "me", 3).orElseThrow();
        whileRequestsHoldAll(() -> {
            assertThat(runs.progress(run, fence, null)).isTrue();
            assertThat(runs.progress(run, fence + 1, null)).isFalse();
        });
    }

    @Test
    void tasksStillComeAndGoWithTheTransactionOfTheirJob() {
        transactions.executeWithoutResult(status -> {
            submit();
            assertThat(tasks()).isPositive();
            status.setRollbackOnly();
        });

        assertThat(tasks()).isZero();
    }

    /** What ends a connection that is of no use any more, and a statement that takes too long, holds for these, too. */
    @Test
    void signsOfLifeHaveTheLimitsOfAllConnections() {
        assertThat(heartbeats
                        .jdbc()
                        .sql("SHOW statement_timeout")
                        .query(String.class)
                        .single())
                .isEqualTo(
                        jdbc.sql("SHOW statement_timeout").query(String.class).single())
                .isEqualTo("30s");
        assertThat(((HikariDataSource) heartbeats.dataSource()).getDataSourceProperties())
                .containsEntry("socketTimeout", "40")
                .isEqualTo(requests.getDataSourceProperties());
    }

    private void whileRequestsHoldAll(Runnable action) throws SQLException {
        List<Connection> held = new ArrayList<>();
        try {
            while (held.size() < requests.getMaximumPoolSize()) {
                held.add(requests.getConnection());
            }
            action.run();
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
    }

    private UUID submit() {
        return scoring.submit("""
                {"dataset": "tiny", "model": "small", "methods": ["scripted"], "runs": 1}
                """.getBytes(StandardCharsets.UTF_8), null, null);
    }

    private Instant heartbeat() {
        return workers.workers().stream()
                .map(WorkerView::lastHeartbeat)
                .max(Instant::compareTo)
                .orElseThrow();
    }

    private long taken() {
        return meters.get("hikaricp.connections.acquire")
                .tag("pool", "heartbeats")
                .timer()
                .count();
    }

    private long tasks() {
        return jdbc.sql("SELECT count(*) FROM scheduled_tasks")
                .query(Long.class)
                .single();
    }
}
