package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The process that answers is killed, and another starts in its place. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiCrashTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int POSTS = Cluster.count("posts", 50);
    private static final String SMALL = Cluster.request(3, 1, 7);

    /** Long enough to be still at work when another process answers. */
    private static final String REQUEST = Cluster.request(2, 24, 1);

    private static final Options SLOW = Options.none().faults("fault.slow=80");

    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private Cluster cluster;

    @BeforeAll
    void start() {
        cluster = new Cluster("api-crash");
        cluster.startApi();
    }

    @AfterEach
    void leaveNothingToDo() {
        cluster.killWorkers();
        cluster.cancelAll();
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
        cluster.close();
    }

    @Test
    void leavesTheRunsAtWorkAloneAndTellsOfTheirEndWhenItIsKilledAndStartsAgain() {
        WinnowProcess fast = cluster.startWorker(Options.none());
        cluster.undisturbed(REQUEST);
        fast.kill();
        WinnowProcess worker = cluster.startWorker(SLOW);
        String job = cluster.submit(REQUEST);
        cluster.awaitProgress(job, 0.2);
        JobListener cutOff = cluster.listen(job);
        await().atMost(Cluster.PATIENCE).until(() -> cutOff.statuses().contains("RUNNING"));
        String claim = claims(job);
        cluster.api().kill();
        await().atMost(Cluster.PATIENCE).until(cutOff::hasEnded);
        assertThat(cutOff.brokeOff()).isTrue();
        cluster.startApiAgain();
        JobListener again = cluster.listen(job);
        await().atMost(Cluster.PATIENCE).until(() -> !again.statuses().isEmpty());
        assertThat(claims(job)).as("who is at work on what").isEqualTo(claim);
        await("the end of the events").atMost(Cluster.PATIENCE).until(again::hasEnded);
        assertThat(again.brokeOff()).isFalse();
        assertThat(again.statuses()).containsExactly("RUNNING", "SUCCEEDED");
        cluster.assertUndisturbed(job, REQUEST);
        assertThat(cluster.attempts(job)).as("no run was begun twice").isEqualTo(2);
        assertThat(worker.isAlive()).isTrue();
    }

    /** The claims of the first run, which is at work from before the kill on. */
    private String claims(String job) {
        return cluster.text("SELECT worker || ' ' || fence || ' ' || attempts FROM run WHERE number = 0 AND job_id = '"
                + job + "'");
    }

    /** Each has a key of its own; who got no answer asks again with the same, and all are told of one job each. */
    @Test
    void hasEveryJobOnceThatItAnsweredWith202ThoughItIsKilledAmongManyRequestsAndStartsAgain() throws Exception {
        Map<String, Future<HttpResponse<String>>> posts = new LinkedHashMap<>();
        for (int i = 0; i < POSTS; i++) {
            String key = "crash-" + i;
            posts.put(key, threads.submit(() -> post(key)));
        }
        // At once when the first are answered: the rest would not take long either.
        await().atMost(Cluster.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> posts.values().stream().filter(Future::isDone).count() >= POSTS / 10);
        cluster.api().kill();
        Map<String, String> answered = new LinkedHashMap<>();
        for (Map.Entry<String, Future<HttpResponse<String>>> post : posts.entrySet()) {
            try {
                HttpResponse<String> answer = post.getValue().get();
                if (answer.statusCode() == 202) {
                    answered.put(post.getKey(), id(answer));
                }
            } catch (ExecutionException e) {
                assertThat(e).hasRootCauseInstanceOf(IOException.class);
            }
        }
        assertThat(answered).as("the kill hit requests on their way").hasSizeBetween(1, POSTS - 1);
        cluster.startApiAgain();
        answered.forEach((key, id) -> {
            JsonNode job = cluster.job(id);
            assertThat(job.get("status").asString()).isEqualTo("QUEUED");
            assertThat(job.at("/progress/runs").asInt()).isEqualTo(3);
        });
        assertThat(cluster.number("SELECT count(*) FROM job WHERE finished_at IS NULL"
                        + " AND coalesce(idempotency_key, '') <> ALL (ARRAY(SELECT 'crash-' || n FROM generate_series(0, "
                        + (POSTS - 1) + ") n))"))
                .as("jobs that nobody asked for")
                .isZero();
        for (String key : posts.keySet()) {
            HttpResponse<String> again = post(key);
            assertThat(again.statusCode()).isEqualTo(202);
            assertThat(id(again)).isEqualTo(answered.getOrDefault(key, id(again)));
        }
        assertThat(cluster.number("SELECT count(*) FROM job WHERE idempotency_key LIKE 'crash-%'"))
                .isEqualTo(POSTS);
        new Invariants(cluster.postgres()).hold();
    }

    /** The job's row is written, and its tasks are not, or both are and nobody was told. */
    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void keepsAJobAndItsTasksOrNeitherWhenItDiesBetweenOrBeforeItAnswers(String commit) {
        String key = "dies-" + commit;
        cluster.api().kill();
        WinnowProcess dies = cluster.startApiAgain(Options.none().faults("fault.accept=" + commit));
        assertThatThrownBy(() -> post(key)).hasRootCauseInstanceOf(IOException.class);
        assertThat(dies.awaitExit(Cluster.PATIENCE)).isEqualTo(137);
        int kept = commit.equals("before") ? 0 : 1;
        String mine = "job WHERE idempotency_key = '" + key + "'";
        String tasks = "scheduled_tasks WHERE task_name = 'score-run'";
        assertThat(cluster.number("SELECT count(*) FROM " + mine)).isEqualTo(kept);
        assertThat(cluster.number("SELECT count(*) FROM " + tasks)).isEqualTo(3 * kept);
        cluster.startApiAgain();
        HttpResponse<String> again = post(key);
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(id(again)).isEqualTo(cluster.text("SELECT id::text FROM " + mine));
        assertThat(cluster.number("SELECT count(*) FROM " + tasks)).isEqualTo(3);
        cluster.startWorker(Options.none());
        cluster.assertUndisturbed(id(again), SMALL);
        assertThat(cluster.attempts(id(again))).isEqualTo(3);
    }

    private HttpResponse<String> post(String key) {
        return cluster.call(cluster.api(), "POST", "/jobs", SMALL, key);
    }

    @Test
    void knowsItsIdempotencyKeysAgainAfterARestart() {
        HttpResponse<String> first = post("restart");
        cluster.api().signal("TERM");
        cluster.api().awaitExit(Cluster.PATIENCE);
        cluster.startApiAgain();
        HttpResponse<String> replayed = post("restart");
        assertThat(replayed.statusCode()).isEqualTo(202);
        assertThat(id(replayed)).isEqualTo(id(first));
        HttpResponse<String> other = cluster.call(cluster.api(), "POST", "/jobs", Cluster.request(3, 1, 8), "restart");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(other.body()).contains("Idempotency-Key", id(first));
        assertThat(cluster.number("SELECT count(*) FROM job WHERE finished_at IS NULL"))
                .isEqualTo(1);
    }

    private static String id(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).get("id").asString();
    }
}
