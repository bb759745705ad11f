package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.FaultyWinnow;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Requests that race, flood or come from another version, over two processes that answer. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class QueueFaultTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Options LIMITED = Options.none().with("--winnow.jobs.most-queued=40");

    private final ExecutorService threads = Executors.newFixedThreadPool(32);
    private Cluster cluster;
    private WinnowProcess second;

    @BeforeAll
    void start() {
        cluster = new Cluster("queue");
        cluster.startApi(LIMITED);
        second = cluster.launch("api", LIMITED).awaitStart();
        cluster.execute("CREATE TABLE noop_done (id text, by bigint)");
        cluster.execute("CREATE TABLE noop_begun (id text, by bigint)");
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
        cluster.close();
    }

    @Test
    void aMakesOneJobOfManyRequestsWithOneKeyOverTwoProcesses() throws Exception {
        for (int round = 0; round < 10; round++) {
            String key = "race-" + round;
            List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                WinnowProcess process = i % 2 == 0 ? cluster.api() : second;
                calls.add(() -> cluster.call(process, "POST", "/jobs", Cluster.request(1, 2, 3), key));
            }
            Set<String> ids = new HashSet<>();
            for (Future<HttpResponse<String>> call : threads.invokeAll(calls)) {
                if (call.get().statusCode() == 202) {
                    ids.add(JSON.readTree(call.get().body()).get("id").asString());
                } else {
                    // Six connections for sixteen requests at once: who finds none may come again.
                    assertThat(call.get().statusCode()).isEqualTo(503);
                }
            }
            assertThat(ids).hasSize(1);
            assertThat(cluster.number("SELECT count(*) FROM job WHERE idempotency_key = '" + key + "'"))
                    .isEqualTo(1);
        }
        cluster.cancelAll();
    }

    @Test
    void bReachesOneEndWhenCancelRacesEverythingElse() throws Exception {
        WinnowProcess worker = cluster.startWorker(Options.none().faults("fault.slow=2"));
        Random random = new Random(1);
        long longest = 0;
        for (int round = 0; round < Cluster.count("races", 60); round++) {
            String job = cluster.submit(Cluster.request(1, 1, round));
            LockSupport.parkNanos(random.nextInt(700_000_000));
            List<Callable<Integer>> cancels = new ArrayList<>();
            for (WinnowProcess process : List.of(cluster.api(), second, cluster.api(), second)) {
                cancels.add(() -> cluster.call(process, "POST", "/jobs/" + job + "/cancel", "", null)
                        .statusCode());
            }
            Set<Integer> answers = new HashSet<>();
            long asked = System.nanoTime();
            for (Future<Integer> cancel : threads.invokeAll(cancels)) {
                answers.add(cancel.get());
            }
            longest = Math.max(longest, System.nanoTime() - asked);
            String status = cluster.job(job).get("status").asString();
            assertThat(status).as("at once").isIn("CANCELLED", "SUCCEEDED");
            assertThat(answers).as("all cancels agree").containsExactly(status.equals("CANCELLED") ? 202 : 409);
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> new Invariants(cluster.postgres()).orphanTasks().isEmpty());
        new Invariants(cluster.postgres()).hold();
        assertThat(cluster.number("SELECT count(DISTINCT status) FROM job WHERE status IN ('CANCELLED', 'SUCCEEDED')"))
                .as("the races went both ways")
                .isEqualTo(2);
        System.out.printf("queue: a job had its end %.2f s after a cancel at most%n", longest / 1e9);
        worker.kill();
    }

    @Test
    void cTurnsAFloodAwayAndStillEndsTheFirstJob() throws Exception {
        cluster.cancelAll();
        String first = cluster.submit(Cluster.request(1, 1, 1).replace("{\"dataset", "{\"priority\": -5, \"dataset"));
        int taken = 0;
        for (int wave = 0; wave < Cluster.count("flood", 1_000) / 20; wave++) {
            List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(() -> cluster.call(cluster.api(), "POST", "/jobs", Cluster.request(1, 1, 2), null));
            }
            for (Future<HttpResponse<String>> call : threads.invokeAll(calls)) {
                assertThat(call.get().statusCode()).isIn(202, 429, 503);
                assertThat(call.get().statusCode() == 202
                                || call.get()
                                        .headers()
                                        .firstValue("Retry-After")
                                        .isPresent())
                        .isTrue();
                taken += call.get().statusCode() == 202 ? 1 : 0;
            }
        }
        assertThat(taken).isEqualTo(39);
        WinnowProcess worker = cluster.startWorker(Options.none().with("--winnow.jobs.ageing=1s"));
        // Whoever asks again takes each place that comes free, and with a higher priority.
        await().atMost(Duration.ofSeconds(180)).until(() -> {
            cluster.call(cluster.api(), "POST", "/jobs", Cluster.request(1, 1, 2), null);
            return cluster.job(first).get("finishedAt").isString();
        });
        assertThat(cluster.job(first).get("status").asString()).isEqualTo("SUCCEEDED");
        assertThat(cluster.number("""
                SELECT count(*) FROM job f JOIN job j ON j.priority > f.priority AND j.created_at < f.started_at
                WHERE f.id = '%s' AND (j.started_at IS NULL OR j.started_at > f.started_at)""".formatted(first)))
                .as(
                        "jobs of a higher priority that waited when it began: it did not begin because nobody else was there")
                .isPositive();
        cluster.cancelAll();
        cluster.assertUndisturbed(first, Cluster.request(1, 1, 1));
        worker.kill();
    }

    @Test
    void dLeavesTasksOfAnotherVersionToThoseWhoKnowThem() {
        cluster.execute("""
                INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version, task_data)
                VALUES ('of-a-later-release', 'x', now() - interval '1 minute', false, 1, '\\x7b7d')""");
        cluster.execute("""
                INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version, task_data, priority)
                VALUES ('score-run', '00000000-0000-0000-0000-000000000000/0', now() - interval '1 minute', false, 1,
                        convert_to('{"version": 99, "job": "00000000-0000-0000-0000-000000000000", "run": 0, "more": 1}',
                                   'UTF8'), 9)""");
        WinnowProcess worker = cluster.startWorker(Options.none());
        String request = Cluster.request(2, 1, 5);
        cluster.assertUndisturbed(cluster.submit(request), request);
        await().during(Duration.ofSeconds(5))
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        cluster.number("SELECT count(*) FROM scheduled_tasks WHERE task_name = 'of-a-later-release'")
                                == 1);
        assertThat(cluster.number(
                        "SELECT count(*) FROM scheduled_tasks WHERE task_instance LIKE '00000000-0000-0000-0000-%'"))
                .isEqualTo(1);
        cluster.execute("DELETE FROM scheduled_tasks");
        worker.kill();
    }

    @Test
    void eKeepsEveryJobThatWasAnsweredWith202ThoughTheProcessThatAnsweredDies() throws Exception {
        List<Future<HttpResponse<String>>> posts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String key = "killed-" + i;
            posts.add(threads.submit(() -> cluster.call(second, "POST", "/jobs", Cluster.request(3, 1, 7), key)));
        }
        await().until(() -> posts.stream().anyMatch(Future::isDone));
        second.kill();
        for (Future<HttpResponse<String>> post : posts) {
            try {
                if (post.get().statusCode() == 202) {
                    String id = JSON.readTree(post.get().body()).get("id").asString();
                    assertThat(cluster.job(id).get("status").asString()).isEqualTo("QUEUED");
                }
            } catch (java.util.concurrent.ExecutionException e) {
                assertThat(e).hasRootCauseInstanceOf(java.io.IOException.class);
            }
        }
        assertThat(cluster.number("""
                        SELECT count(*) FROM job j WHERE idempotency_key LIKE 'killed-%'
                           AND 3 <> (SELECT count(*) FROM scheduled_tasks t WHERE t.task_instance LIKE j.id || '/%')""")).as("jobs without all of their tasks").isZero();
        second = cluster.launch("api", LIMITED).awaitStart();
        cluster.cancelAll();
    }

    /** The count and the time to the last are printed; {@code -Dfaults.tasks} says how many. */
    @ParameterizedTest
    @ValueSource(strings = {"lock-and-fetch", "fetch"})
    void fDoesTenThousandTasksOnceEachWhileAProcessIsKilledEveryFiveSeconds(String polling) {
        int tasks = Cluster.count("tasks", 10_000);
        cluster.execute("DELETE FROM scheduled_tasks");
        cluster.execute("DELETE FROM noop_done");
        cluster.execute("DELETE FROM noop_begun");
        cluster.execute("""
                INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version, priority)
                SELECT '%s', n::text, now(), false, 1, 0 FROM generate_series(1, %d) n""".formatted(FaultyWinnow.NOOP_TASK, tasks));
        // Long enough that the kills, one each five seconds, are many and hit the middle of transactions.
        Options options = Options.none()
                .faults("fault.noop=20")
                .with("--db-scheduler.polling-interval=100ms", "--db-scheduler.polling-strategy=" + polling);
        List<WinnowProcess> workers = new ArrayList<>();
        List<String> killed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            workers.add(cluster.launchWorker(options));
        }
        workers.forEach(WinnowProcess::awaitStart);
        long begun = System.nanoTime();
        long nextKill = begun + 5_000_000_000L;
        while (cluster.number("SELECT count(*) FROM scheduled_tasks") > 0) {
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(200L * tasks));
            LockSupport.parkNanos(100_000_000);
            // The oldest, if another is up: on a slow machine, processes that are killed as they start would never do
            // anything.
            if (System.nanoTime() > nextKill
                    && workers.stream().filter(WinnowProcess::hasStarted).count() > 1) {
                WinnowProcess oldest = workers.remove(0);
                killed.add(String.valueOf(oldest.pid()));
                oldest.kill();
                workers.add(cluster.launchWorker(options));
                nextKill = System.nanoTime() + 5_000_000_000L;
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        double done = cluster.number("SELECT count(*) FROM noop_done");
        double distinct = cluster.number("SELECT count(DISTINCT id) FROM noop_done");
        System.out.printf(
                "noop: %s, %d tasks over 4 processes, %d killed, in %.1f s (%.0f/s); lost %.0f, done twice %.0f, begun anew %.0f, done by %.0f processes%n",
                polling,
                tasks,
                killed.size(),
                seconds,
                tasks / seconds,
                tasks - distinct,
                done - distinct,
                cluster.number("SELECT count(*) FROM noop_begun") - done,
                cluster.number("SELECT count(DISTINCT by) FROM noop_done"));
        assertThat(distinct).isEqualTo(tasks);
        assertThat(done).isEqualTo(tasks);
        assertThat(cluster.number("""
                        SELECT count(*) FROM noop_begun b
                         WHERE NOT by = ANY ('{%s}') AND NOT EXISTS (SELECT FROM noop_done d WHERE d.id = b.id AND d.by = b.by)""".formatted(String.join(", ", killed))))
                .as("tasks that a process was given and did not do, though it was not killed: they were another's, too")
                .isZero();
        assertThat(cluster.number(
                        "SELECT count(*) FROM (SELECT FROM noop_begun GROUP BY id, by HAVING count(*) > 1) twice"))
                .as("tasks that a process was given twice")
                .isZero();
        workers.forEach(WinnowProcess::kill);
    }

    /** What it sees when it looks is how it plans to hand out tasks until it looks again: one to each that asks all the same. */
    @Test
    void gSharesTheRunsOfAJobThoughTheDatabaseLastSawTheQueueEmpty() {
        cluster.killWorkers();
        cluster.submit(Cluster.request(1, 4, 1));
        cluster.cancelAll();
        cluster.execute("DELETE FROM scheduled_tasks");
        cluster.execute("VACUUM (ANALYZE, TRUNCATE OFF) scheduled_tasks");
        Options slow = Options.none().faults("fault.slow=40");
        List<WinnowProcess> workers = List.of(cluster.launchWorker(slow), cluster.launchWorker(slow));
        workers.forEach(WinnowProcess::awaitStart);
        String request = Cluster.request(6, 4, 1);
        String job = cluster.submit(request);
        cluster.assertUndisturbed(job, request);
        for (WinnowProcess worker : workers) {
            assertThat(cluster.number("SELECT count(*) FROM run WHERE job_id = '" + job + "' AND worker LIKE '%-"
                            + worker.pid() + "-%'"))
                    .as("runs done by one of two")
                    .isBetween(2.0, 4.0);
        }
        cluster.killWorkers();
    }

    /** Who looks after the queue finds runs without a task, wherever it went, and gives them one. */
    @Test
    void hDoesAJobWhoseTasksAreGone() {
        String request = Cluster.request(2, 1, 6);
        String job = cluster.submit(request);
        cluster.execute("DELETE FROM scheduled_tasks WHERE task_instance LIKE '" + job + "/%'");
        cluster.startWorker(Options.none());
        cluster.assertUndisturbed(job, request);
        cluster.killWorkers();
    }

    /** The job ends with the answer; its worker, who is not told but finds out, is free for others soon after. */
    @Test
    void iFreesTheWorkerOfACancelledJobWithinTwoSecondsAndABatch() {
        Duration batch = Duration.ofMillis(400);
        WinnowProcess worker = cluster.startWorker(Options.none().faults("fault.slow=" + batch.toMillis()));
        String job = cluster.submit(Cluster.request(1, 100, 8));
        cluster.awaitProgress(job, 0.001);
        assertThat(cluster.call(cluster.api(), "POST", "/jobs/" + job + "/cancel", "", null)
                        .statusCode())
                .isEqualTo(202);
        assertThat(cluster.job(job).get("status").asString()).isEqualTo("CANCELLED");
        await("that the worker lets go of it")
                .atMost(Duration.ofSeconds(2).plus(batch))
                .pollInterval(Duration.ofMillis(20))
                .until(() ->
                        cluster.number("SELECT count(*) FROM scheduled_tasks WHERE task_instance LIKE '" + job + "/%'")
                                == 0);
        assertThat(worker.log()).contains("run 0 of job " + job + ": fenced");
        String next = Cluster.request(1, 1, 8);
        cluster.assertUndisturbed(cluster.submit(next), next);
        cluster.killWorkers();
    }
}
