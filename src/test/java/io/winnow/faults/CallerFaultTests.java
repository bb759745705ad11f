package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/** Two callers with keys of their own, over two processes that ask for them. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallerFaultTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ADA = "wnw_" + "a".repeat(64);
    private static final String BOB = "wnw_" + "b".repeat(64);
    private static final int MOST_OF_ONE = 5;
    private static final Options GUARDED = Options.none()
            .with(
                    "--winnow.security.keys.ada.value=" + ADA,
                    "--winnow.security.keys.ada.scope=submit",
                    "--winnow.security.keys.bob.value=" + BOB,
                    "--winnow.security.keys.bob.scope=submit",
                    "--winnow.jobs.most-queued-per-caller=" + MOST_OF_ONE);

    private final ExecutorService threads = Executors.newFixedThreadPool(32);
    private final HttpCalls http = new HttpCalls();
    private Cluster cluster;
    private List<WinnowProcess> guarded;

    @BeforeAll
    void start() {
        cluster = new Cluster("callers");
        cluster.startApi();
        guarded = List.of(cluster.launch("api", GUARDED), cluster.launch("api", GUARDED));
        guarded.forEach(WinnowProcess::awaitStart);
    }

    @AfterEach
    void emptyTheQueue() {
        cluster.cancelAll();
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
        cluster.close();
    }

    /** A key is its caller's: with the same one, for the same and at the same time, another gets a job of their own. */
    @Test
    void makesOneJobForEachOfTwoCallersWhoUseOneKeyAtOnce() throws Exception {
        List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            WinnowProcess process = guarded.get(i % 2);
            String caller = i % 4 < 2 ? ADA : BOB;
            calls.add(() -> post(process, caller, "shared", 1));
        }
        Set<String> adas = new HashSet<>();
        Set<String> bobs = new HashSet<>();
        List<Future<HttpResponse<String>>> answers = threads.invokeAll(calls);
        for (int i = 0; i < answers.size(); i++) {
            HttpResponse<String> answer = answers.get(i).get();
            if (answer.statusCode() == 202) {
                (i % 4 < 2 ? adas : bobs).add(id(answer));
            } else {
                // Six connections for sixteen requests at once: who finds none may come again.
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            }
        }
        assertThat(adas).hasSize(1);
        assertThat(bobs).hasSize(1).doesNotContainAnyElementsOf(adas);
        assertThat(cluster.number("SELECT count(*) FROM job WHERE idempotency_key = 'shared'"))
                .isEqualTo(2);
        for (WinnowProcess process : guarded) {
            assertThat(id(post(process, ADA, "shared", 1)))
                    .isEqualTo(adas.iterator().next());
            assertThat(post(process, BOB, "shared", 2).statusCode())
                    .as("the same key with another body")
                    .isEqualTo(422);
        }
    }

    @Test
    void turnsTheFloodOfOneCallerAwayAndTakesTheJobsOfAnother() throws Exception {
        List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            WinnowProcess process = guarded.get(i % 2);
            calls.add(() -> post(process, ADA, null, 1));
        }
        int taken = 0;
        for (Future<HttpResponse<String>> call : threads.invokeAll(calls)) {
            HttpResponse<String> answer = call.get();
            assertThat(answer.statusCode()).as(answer.body()).isIn(202, 429, 503);
            assertThat(answer.statusCode() == 202
                            || answer.headers().firstValue("Retry-After").isPresent())
                    .isTrue();
            taken += answer.statusCode() == 202 ? 1 : 0;
        }
        assertThat(taken).isEqualTo(MOST_OF_ONE);
        for (WinnowProcess process : guarded) {
            assertThat(post(process, ADA, null, 1).body()).contains(MOST_OF_ONE + " of your jobs are waiting");
            assertThat(post(process, BOB, null, 1).statusCode()).isEqualTo(202);
        }
    }

    private HttpResponse<String> post(WinnowProcess process, String caller, String key, int seed) {
        return http.call("POST", process.url() + "/jobs", Cluster.request(1, 1, seed), key, caller);
    }

    private static String id(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).get("id").asString();
    }
}
