package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two processes share the passes of one run, and one of them is killed in the middle of a shard. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardCrashTests {

    private static final String REQUEST = Cluster.request(1, 2, 1);
    private static final Options ALONE =
            Options.none().with("--winnow.score.shard-size=32", "--winnow.score.sharding=never");
    private static final Options TOGETHER = Options.none()
            .faults("fault.shard=600")
            .with("--winnow.score.shard-size=32", "--winnow.score.sharding=always");

    private static final String HISTORY = """
            CREATE TABLE shard_history (
                place bigint GENERATED ALWAYS AS IDENTITY, job_id uuid, pass text, number int, status text, fence bigint,
                attempts int, worker text);
            CREATE FUNCTION write_shard_history() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF old.status <> new.status OR old.fence <> new.fence THEN
                    INSERT INTO shard_history (job_id, pass, number, status, fence, attempts, worker)
                    VALUES (new.job_id, new.pass, new.number, new.status, new.fence, new.attempts, new.worker);
                END IF;
                RETURN new;
            END $$;
            CREATE TRIGGER shard_history AFTER UPDATE ON shard
                FOR EACH ROW EXECUTE FUNCTION write_shard_history()""";

    private Cluster cluster;

    @BeforeAll
    void scoreUndisturbedAndUnspread() {
        cluster = new Cluster("shards");
        cluster.startApi();
        cluster.execute(HISTORY);
        cluster.startWorker(ALONE);
        cluster.undisturbed(REQUEST);
        assertThat(cluster.number("SELECT count(*) FROM shard_history")).isZero();
        cluster.killWorkers();
    }

    @BeforeEach
    void bringTwoWorkers() {
        cluster.keepWorkers(2, TOGETHER);
        await().atMost(Duration.ofSeconds(120))
                .until(() -> cluster.get("/workers")
                                .get("items")
                                .valueStream()
                                .filter(worker -> worker.get("state").asString().equals("IDLE"))
                                .count()
                        == 2);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void findsTheSameBytesWhenTheProcessThatHelpsIsKilledInAShard() {
        String job = cluster.submit(REQUEST);
        Shard hit = awaitShard(job, "s.status = 'RUNNING' AND s.worker <> r.worker");
        cluster.process(hit.worker()).orElseThrow().kill();
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(claims(job, hit))
                .as("the shard was begun again, by the other")
                .isEqualTo(2);
        assertThat(cluster.attempts(job)).as("the run was not").isEqualTo(1);
        assertNothingIsLeftOf(job);
    }

    @Test
    void findsTheSameBytesWhenTheProcessOfTheRunIsKilledInAShard() {
        String job = cluster.submit(REQUEST);
        Shard done = awaitShard(job, "s.status = 'DONE' AND s.worker <> r.worker");
        Shard hit = awaitShard(job, "s.status = 'RUNNING' AND s.worker = r.worker AND s.pass = '" + done.pass() + "'");
        cluster.process(hit.worker()).orElseThrow().kill();
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(cluster.attempts(job)).as("the run was begun again").isEqualTo(2);
        assertThat(claims(job, done)).as("a shard that was done was not").isEqualTo(1);
        assertNothingIsLeftOf(job);
    }

    /** A shard and who has it. */
    private record Shard(String pass, int number, String worker) {}

    private Shard awaitShard(String job, String which) {
        String found = await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cluster.text("""
                                SELECT s.pass || ' ' || s.number || ' ' || s.worker
                                  FROM shard s JOIN run r ON r.job_id = s.job_id AND r.number = s.run
                                 WHERE s.job_id = '%s' AND r.status = 'RUNNING' AND %s LIMIT 1""".formatted(job, which)), text -> !text.isEmpty());
        String[] parts = found.split(" ", 3);
        return new Shard(parts[0], Integer.parseInt(parts[1]), parts[2]);
    }

    private int claims(String job, Shard shard) {
        return (int) cluster.number("""
                SELECT count(*) FROM shard_history
                 WHERE job_id = '%s' AND pass = '%s' AND number = %d AND status = 'RUNNING'""".formatted(job, shard.pass(), shard.number()));
    }

    /** No row without a run under way, and no file without a row. */
    private void assertNothingIsLeftOf(String job) {
        assertThat(cluster.number("SELECT count(*) FROM shard_pass WHERE job_id = '" + job + "'"))
                .isZero();
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(cluster.filesOf(job)).isEmpty());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> new Invariants(cluster.postgres()).orphanTasks().isEmpty());
    }
}
