package io.winnow.job;

import static io.winnow.testing.WinnowClient.fieldsOf;
import static io.winnow.testing.WinnowClient.json;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.job.JobBench.ScriptedScorer;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunListener.RunProgress;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.Seeds;
import io.winnow.surrogate.TrainingDivergedException;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs from the request to the end over HTTP, on a real database and scheduler; only the training is scripted. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "db-scheduler.polling-interval=100ms",
            "db-scheduler.heartbeat-interval=500ms",
            "winnow.jobs.retry-delay=50ms",
            "winnow.jobs.largest-job=1000000"
        })
@Import({TestDatabase.class, JobBench.class})
class JobFlowTests {

    private static final JsonMapper JSON = new JsonMapper();

    @LocalServerPort
    int port;

    @Autowired
    ScriptedScorer scorer;

    @Autowired
    MemoryScoreStore scores;

    @Autowired
    JdbcClient jdbc;

    private final WinnowClient winnow = new WinnowClient(() -> port);

    @BeforeEach
    void scoreAtOnce() {
        scores.failure = null;
        scorer.play((request, listener) -> JobBench.scoresOf(request));
    }

    @Test
    void scoresADatasetFromTheRequestToThePublishedScores() {
        HttpResponse<String> answer = winnow.post("/jobs", """
                {"dataset": "tiny", "model": "small", "methods": ["scripted", "scripted-too"], "runs": 3, "epochs": 4,
                 "scoreAt": [0, 4], "seed": 9, "training": {"learningRate": 0.05}}
                """);
        assertThat(answer.statusCode()).isEqualTo(202);
        String location = answer.headers().firstValue("Location").orElseThrow();
        assertThat(location).isEqualTo("/jobs/" + json(answer).get("id").asString());

        JsonNode job = winnow.ended(location);
        assertThat(job.get("status").asString()).isEqualTo("SUCCEEDED");
        assertThat(job.get("error").isNull()).isTrue();
        assertThat(job.at("/request/training/learningRate").asDouble()).isEqualTo(0.05);
        assertThat(job.at("/request/training/batchSize").asInt()).isEqualTo(128);
        assertThat(job.at("/progress/fraction").asDouble()).isEqualTo(1);
        assertThat(job.at("/progress/runsDone").asInt()).isEqualTo(3);
        assertThat(job.at("/progress/secondsLeft").asInt()).isZero();
        assertThat(job.get("scoreSets")).hasSize(4);
        assertThat(job.at("/scoreSets/0").propertyNames()).containsExactly("id", "method", "epoch");
        assertThat(job.get("runResults")).hasSize(3);
        for (int k = 0; k < 3; k++) {
            JsonNode run = job.get("runResults").get(k);
            assertThat(run.get("run").asInt()).isEqualTo(k);
            assertThat(run.get("seed").asLong()).isEqualTo(Seeds.ofRun(9, k));
            assertThat(run.get("trainAccuracy").asDouble()).isEqualTo(0.75);
            assertThat(run.get("testAccuracy").isNull()).isTrue();
            assertThat(run.get("seconds").asDouble()).isEqualTo(2);
            assertThat(run.get("attempts").asInt()).isEqualTo(1);
            assertThat(run.get("worker").asString()).isNotBlank();
        }
        assertThat(job.at("/costs/deviceSeconds").asDouble()).isEqualTo(6);
        assertThat(job.at("/costs/trainingSeconds").asDouble()).isEqualTo(4.5);
        JsonNode half = job.at("/costs/savings/2");
        assertThat(half.get("ratio").asDouble()).isEqualTo(0.5);
        assertThat(half.get("secondsSaved").asDouble()).as("half a training").isEqualTo(0.75);
        assertThat(half.get("retrainingsUntilItPays").asInt()).isEqualTo(8);
        RunRequest request = scorer.requests.get(0);
        assertThat(request.surrogate().architecture()).isEqualTo("mlp");
        assertThat(request.surrogate().classes()).isEqualTo(3);
        assertThat(request.device()).isEqualTo("cpu");
        assertThat(request.scoreAt()).containsExactly(0, 4);
        assertThat(scorer.requests)
                .extracting(RunRequest::seed)
                .containsExactly(Seeds.ofRun(9, 0), Seeds.ofRun(9, 1), Seeds.ofRun(9, 2));
        assertThat(tasksLeft()).isZero();
    }

    @Test
    void showsProgressThatMovesAndWhatIsLeft() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        scorer.play((request, listener) -> {
            listener.progress(new RunProgress(Phase.TRAIN, 1, 0.25, 1_234));
            awaitLatch(seen);
            listener.progress(new RunProgress(Phase.TRAIN, 2, 0.5, 1_234));
            awaitLatch(proceed);
            return JobBench.scoresOf(request);
        });
        String job = submit(2, "");
        JsonNode first = await().atMost(ofSeconds(10))
                .until(
                        () -> winnow.read(job).get("progress"),
                        p -> p.get("fraction").asDouble() > 0);
        assertThat(first.get("secondsLeft").isNull())
                .as("one step tells no pace")
                .isTrue();
        seen.countDown();
        JsonNode progress = await().atMost(ofSeconds(10))
                .until(
                        () -> winnow.read(job).get("progress"),
                        p -> p.get("fraction").asDouble() > 0.2
                                && !p.get("secondsLeft").isNull());
        assertThat(progress.get("fraction").asDouble()).isEqualTo(0.25);
        assertThat(progress.get("run").asInt()).isZero();
        assertThat(progress.get("epoch").asInt()).isEqualTo(2);
        assertThat(progress.get("epochs").asInt()).isEqualTo(10);
        assertThat(progress.get("phase").asString()).isEqualTo("TRAIN");
        assertThat(progress.get("samplesPerSecond").asDouble()).isEqualTo(1_234);
        assertThat(progress.get("secondsLeft").isIntegralNumber()).isTrue();
        assertThat(winnow.read(job).get("status").asString()).isEqualTo("RUNNING");
        proceed.countDown();
        assertThat(winnow.ended(job).get("status").asString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void cancelsARunThatIsAtWorkWithinABatchAndTwoSeconds() {
        CountDownLatch stopped = new CountDownLatch(1);
        scorer.play((request, listener) -> {
            while (!listener.stopRequested()) {
                LockSupport.parkNanos(1_000_000);
            }
            stopped.countDown();
            throw new TrainingStoppedException();
        });
        String job = submit(3, "");
        await().atMost(ofSeconds(10))
                .until(() -> winnow.read(job).get("status").asString().equals("RUNNING"));
        assertThat(winnow.post(job + "/cancel", "").statusCode()).isEqualTo(202);
        assertThat(winnow.read(job).get("status").asString()).isEqualTo("CANCELLED");
        assertThat(winnow.post(job + "/cancel", "").statusCode()).isEqualTo(202);
        await().atMost(ofSeconds(5)).until(() -> stopped.getCount() == 0);
        await().atMost(ofSeconds(5)).until(() -> tasksLeft() == 0);
        assertThat(winnow.read(job).get("runResults")).isEmpty();
        assertThat(scorer.requests).as("the other runs never begin").hasSize(1);
    }

    @Test
    void refusesToCancelAfterTheEndAndToDeleteBeforeIt() {
        CountDownLatch proceed = new CountDownLatch(1);
        scorer.play((request, listener) -> {
            awaitLatch(proceed);
            return JobBench.scoresOf(request);
        });
        String job = submit(1, "");
        assertThat(winnow.delete(job).statusCode()).isEqualTo(409);
        proceed.countDown();
        winnow.ended(job);
        assertThat(winnow.post(job + "/cancel", "").statusCode()).isEqualTo(409);
        assertThat(winnow.delete(job).statusCode()).isEqualTo(204);
        assertThat(winnow.get(job).statusCode()).isEqualTo(404);
        assertThat(scores.deleted).extracting(id -> "/jobs/" + id).contains(job);
        assertThat(winnow.delete(job).statusCode()).isEqualTo(404);
    }

    @Test
    void failsAtOnceWhenATrainingDivergesAndSaysWhatToDo() {
        scorer.play((request, listener) -> {
            throw new TrainingDivergedException(3, 120, 0.1);
        });
        JsonNode job = winnow.ended(submit(4, ""));
        assertThat(job.get("status").asString()).isEqualTo("FAILED");
        assertThat(job.at("/error/title").asString()).isEqualTo("Training diverged");
        assertThat(job.at("/error/detail").asString())
                .contains("run 0", "epoch 3", "step 120", "lower training.learningRate");
        assertThat(scorer.requests).as("neither a retry nor another run").hasSize(1);
        assertThat(tasksLeft()).isZero();
    }

    @Test
    void triesAgainAfterAFailureThatPasses() {
        AtomicInteger calls = new AtomicInteger();
        scorer.play((request, listener) -> {
            if (calls.incrementAndGet() < 3) {
                throw new IllegalStateException("secret");
            }
            return JobBench.scoresOf(request);
        });
        JsonNode job = winnow.ended(submit(1, ""));
        assertThat(job.get("status").asString()).isEqualTo("SUCCEEDED");
        assertThat(job.at("/runResults/0/attempts").asInt()).isEqualTo(3);
    }

    @Test
    void failsAfterThreeAttemptsWithoutTellingWhatTheExceptionSays() {
        scorer.play((request, listener) -> {
            throw new IllegalStateException("secret /etc/passwd");
        });
        JsonNode job = winnow.ended(submit(2, ""));
        assertThat(job.get("status").asString()).isEqualTo("FAILED");
        assertThat(job.at("/error/detail").asString())
                .contains("run 0", "3 attempts")
                .doesNotContain("secret");
        assertThat(scorer.requests)
                .filteredOn(request -> request.seed() == Seeds.ofRun(42, 0))
                .hasSize(3);
        assertThat(winnow.ended(submitScoring()).get("status").asString())
                .as("a poison run blocks no other job")
                .isEqualTo("SUCCEEDED");
    }

    @Test
    void makesOneJobOfManyRequestsWithTheSameKey() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                // Written in another way, it is still the same request.
                String space = " ".repeat(i);
                calls.add(
                        () -> winnow.post("/jobs", body(1, "").replace("{", "{" + space), "Idempotency-Key", "race-1"));
            }
            Set<String> ids = threads.invokeAll(calls).stream()
                    .map(JobFlowTests::resultOf)
                    .peek(answer -> assertThat(answer.statusCode()).isEqualTo(202))
                    .map(answer -> json(answer).get("id").asString())
                    .collect(Collectors.toSet());
            assertThat(ids).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(jdbc.sql("SELECT count(*) FROM job WHERE idempotency_key = 'race-1'")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        assertThat(winnow.post("/jobs", body(2, ""), "Idempotency-Key", "race-1")
                        .statusCode())
                .isEqualTo(422);
        assertThat(winnow.post("/jobs", body(1, ""), "Idempotency-Key", "a b").statusCode())
                .isEqualTo(400);
    }

    @Test
    void refusesWhatIsNotRegisteredTogetherWithAllElseThatIsWrong() {
        long before = jobCount();
        HttpResponse<String> answer = winnow.post("/jobs", """
                {"dataset": "nope", "model": "nope", "methods": ["scripted", "nope"], "epochs": 0,
                 "training": {"learningRate": NaN}, "device": "cuda:7", "colour": 1}
                """);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).isEqualTo("application/problem+json");
        assertThat(json(answer)
                        .get("errors")
                        .valueStream()
                        .map(e -> e.get("field").asString()))
                .containsExactlyInAnyOrder(
                        "dataset", "model", "methods[1]", "epochs", "training.learningRate", "device", "colour");
        assertThat(fieldsOf(winnow.post("/jobs", ""))).contains("dataset", "model");
        assertThat(fieldsOf(winnow.post("/jobs", body(1, ", \"options\": {\"chunks\": 25}"))))
                .containsExactly("options.chunks");
        assertThat(fieldsOf(winnow.post("/jobs", body(1, ", \"labelNoise\": {\"fraction\": 0.01}"))))
                .containsExactly("labelNoise.fraction");
        assertThat(fieldsOf(winnow.post("/jobs", body(1000, ", \"epochs\": 10000"))))
                .as("the limit is set to 1,000,000 sample visits")
                .containsExactly("epochs");
        assertThat(jobCount()).isEqualTo(before);
    }

    @Test
    void refusesABodyThatIsNotJson() {
        HttpResponse<String> answer = winnow.call(winnow.request("/jobs")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).isEqualTo(415);
    }

    @Test
    void listsTheNewestFirstByStatusAndDataset() {
        String first = submit(1, "");
        winnow.ended(first);
        String second = submit(1, "");
        winnow.ended(second);
        JsonNode list = winnow.read("/jobs?status=SUCCEEDED&dataset=tiny&size=2");
        assertThat(list.get("items")
                        .valueStream()
                        .map(job -> "/jobs/" + job.get("id").asString()))
                .containsExactly(second, first);
        assertThat(list.at("/items/0/runResults")).hasSize(1);
        assertThat(winnow.read("/jobs?dataset=other").get("totalItems").asInt()).isZero();
        assertThat(winnow.get("/jobs?status=LOST").statusCode()).isEqualTo(400);
    }

    @Test
    void runsTheHigherPriorityFirst() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        scorer.play((request, listener) -> {
            begun.countDown();
            awaitLatch(proceed);
            return JobBench.scoresOf(request);
        });
        submit(1, ", \"seed\": 1");
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        String low = submit(1, ", \"seed\": 2, \"priority\": -1");
        String middle = submit(1, ", \"seed\": 3");
        String high = submit(1, ", \"seed\": 4, \"priority\": 7");
        proceed.countDown();
        List.of(low, middle, high).forEach(winnow::ended);
        assertThat(scorer.requests)
                .extracting(RunRequest::seed)
                .containsExactly(Seeds.ofRun(1, 0), Seeds.ofRun(4, 0), Seeds.ofRun(3, 0), Seeds.ofRun(2, 0));
    }

    @Test
    void spoilsLabelsForTheTrainingAndReportsWhoFindsThem() {
        JsonNode job = winnow.ended(submit(2, ", \"labelNoise\": {\"fraction\": 0.25, \"seed\": 3}"));
        long changed = 0;
        for (int i = 0; i < JobBench.SAMPLES; i++) {
            changed += scorer.requests.get(0).train().label(i) == i % JobBench.CLASSES ? 0 : 1;
        }
        assertThat(changed).isEqualTo(6);
        assertThat(job.at("/labelNoise/injected").asInt()).isEqualTo(6);
        assertThat(job.at("/labelNoise/methods/0/method").asString()).isEqualTo("scripted");
        assertThat(job.at("/labelNoise/methods/0/auroc").asDouble()).isBetween(0.0, 1.0);
        assertThat(job.at("/labelNoise/methods/0/precision").asDouble()).isBetween(0.0, 1.0);
    }

    @Test
    void streamsEventsUntilTheFinalState() throws Exception {
        CountDownLatch proceed = new CountDownLatch(1);
        scorer.play((request, listener) -> {
            listener.progress(new RunProgress(Phase.SCORE, 10, 0.75, 10));
            awaitLatch(proceed);
            return JobBench.scoresOf(request);
        });
        String job = submit(1, "");
        HttpResponse<InputStream> stream =
                winnow.call(winnow.request(job + "/events"), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        List<String> names = new ArrayList<>();
        List<JsonNode> data = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    names.add(line.substring(6));
                } else if (line.startsWith("data:")) {
                    data.add(JSON.readTree(line.substring(5)));
                    if (data.get(data.size() - 1).path("fraction").asDouble(0) == 0.75) {
                        proceed.countDown();
                    }
                }
            }
        }
        assertThat(names.get(0)).isEqualTo("status");
        assertThat(names).contains("progress", "run");
        assertThat(names.get(names.size() - 1)).isEqualTo("status");
        assertThat(data.get(data.size() - 1).get("status").asString()).isEqualTo("SUCCEEDED");
        assertThat(data.get(data.size() - 1).get("scoreSets")).hasSize(1);
        assertThat(data.get(names.indexOf("run")).get("run").asInt()).isZero();
    }

    @Test
    void tellsAListenerThatComesLateTheFinalStateAndEnds() {
        String job = submit(1, "");
        winnow.ended(job);
        String events = winnow.get(job + "/events").body();
        assertThat(events).contains("\"SUCCEEDED\"");
        assertThat(events.lines().filter(line -> line.startsWith("event:")))
                .as("the last event is the final state")
                .containsExactly("event:status");
        assertThat(winnow.get("/jobs/" + UUID.randomUUID() + "/events").statusCode())
                .isEqualTo(404);
    }

    @Test
    void tellsTheDevicesOfTheWorkers() {
        JsonNode devices = await().atMost(ofSeconds(5))
                .until(
                        () -> winnow.read("/devices"),
                        list -> list.get("totalItems").asInt() > 0);
        assertThat(devices.at("/items/0/name").asString()).isEqualTo("cpu");
        assertThat(devices.at("/items/0/memoryBytes").asLong()).isEqualTo(1 << 30);
        assertThat(devices.at("/items/0/worker").asString()).isNotBlank();
    }

    private String submit(int runs, String more) {
        HttpResponse<String> answer = winnow.post("/jobs", body(runs, more));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return "/jobs/" + json(answer).get("id").asString();
    }

    private String submitScoring() {
        scorer.play((request, listener) -> JobBench.scoresOf(request));
        return submit(1, "");
    }

    private static String body(int runs, String more) {
        return """
                {"dataset": "tiny", "model": "small", "methods": ["scripted"], "runs": %d%s}
                """.formatted(runs, more);
    }

    private long tasksLeft() {
        return jdbc.sql("SELECT count(*) FROM scheduled_tasks")
                .query(Long.class)
                .single();
    }

    private long jobCount() {
        return jdbc.sql("SELECT count(*) FROM job").query(Long.class).single();
    }

    private static <T> T resultOf(Future<T> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test did not go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
