package io.winnow.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Registers the bundled data set and a small network, scores the samples, and shows which of them to keep. */
final class Tour {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int BAR = 30;

    /** Asked again with this key and the same body, the service answers with the job that it already has. */
    private static final String IDEMPOTENCY_KEY = "readme-tour-1";

    private static final List<String> CLASSES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");
    private static final Dataset DATASET = new Dataset("fashion-mnist-10k", "idx", "samples/fashion-mnist", CLASSES);
    private static final Model MODEL = new Model("small-cnn", "small-cnn");
    private static final Job JOB =
            new Job(DATASET.name(), MODEL.name(), List.of("el2n", "grand", "forgetting"), 3, 4, 42);

    private final JsonMapper json = JsonMapper.shared();
    private final String address;
    private final @Nullable String key;
    private final RestClient http;
    private final PrintStream out;

    /** @param key an API key that may submit; null where the service asks for none */
    Tour(String address, @Nullable String key, PrintStream out) {
        this.address = address;
        this.key = key;
        this.http = RestClient.builder()
                .baseUrl(address)
                .defaultHeaders(headers -> {
                    if (key != null) {
                        headers.setBearerAuth(key);
                    }
                })
                .defaultStatusHandler(status -> status.isSameCodeAs(HttpStatus.CONFLICT), (request, response) -> {})
                .build();
        this.out = out;
    }

    void walk() throws InterruptedException {
        long started = System.nanoTime();
        out.println();
        out.println("1. Register a data set");
        show("POST /datasets", DATASET);
        post("/datasets", DATASET);
        JsonNode dataset = waitUntil("/datasets/" + DATASET.name(), "state", "INGESTING");
        requireState(dataset, "state", "READY", "problems");
        out.printf(
                "   %,d training and %,d test samples in %d classes%n%n",
                dataset.at("/train/size").asInt(),
                dataset.at("/test/size").asInt(),
                dataset.get("classes").size());

        out.println("2. Register a model to score with");
        show("POST /models", MODEL);
        post("/models", MODEL);
        out.println();

        out.println("3. Score every training sample: three trainings, three scores");
        show("POST /jobs", JOB);
        String job = post("/jobs", JOB).get("id").asString();
        JsonNode ended = follow("/jobs/" + job);
        requireState(ended, "status", "SUCCEEDED", "error");
        for (JsonNode run : ended.get("runResults")) {
            out.printf(
                    "   run %d: test accuracy %.3f, %.0f s%n",
                    run.get("run").asInt() + 1,
                    run.get("testAccuracy").asDouble(),
                    run.get("seconds").asDouble());
        }
        out.println();

        out.println("4. Ask which samples to keep");
        String query = "/subsets?ratio=0.3&job=" + job + "&method=el2n";
        JsonNode subset = get(query);
        report(subset);
        out.printf(
                "%nDone in %d s. The same list with curl:%n%n",
                Duration.ofNanos(System.nanoTime() - started).toSeconds());
        String credentials = key == null ? "" : "-H \"Authorization: Bearer $WINNOW_API_KEY\" ";
        out.printf("    curl %s'%s%s'%n%n", credentials, address, query);
        out.println("The service stays up until you press Ctrl-C:");
        out.printf("    Swagger UI  %s/swagger-ui.html%n", address);
        out.printf("    dashboard   %s/%n%n", address);
        out.flush();
    }

    private void report(JsonNode subset) {
        out.printf(
                "   kept %,d of %,d by %s, policy %s, %s%n",
                subset.get("size").asInt(),
                subset.get("total").asInt(),
                subset.get("method").asString(),
                subset.get("policy").asString(),
                subset.get("checksum").asString());
        out.print("   first indices: ");
        out.println(subset.get("indices")
                .valueStream()
                .limit(12)
                .map(JsonNode::asString)
                .collect(Collectors.joining(", ", "", ", …")));
        out.println("   kept by class:");
        for (int c = 0; c < CLASSES.size(); c++) {
            out.printf(
                    "     %-12s %5d%n",
                    CLASSES.get(c), subset.get("classCounts").get(c).asInt());
        }
        subset.get("warnings").forEach(warning -> out.println("   warning: " + warning.asString()));
    }

    private JsonNode follow(String uri) throws InterruptedException {
        String shown = "";
        while (true) {
            JsonNode job = get(uri);
            if (!List.of("QUEUED", "RUNNING").contains(job.get("status").asString())) {
                out.println();
                return job;
            }
            JsonNode progress = job.get("progress");
            double fraction = progress.path("fraction").asDouble(0);
            int filled = (int) Math.round(fraction * BAR);
            String line = String.format(
                    "   [%s%s] %3.0f %%  run %d of %d, epoch %d, %-5s %,7.0f samples/s, %4s s left ",
                    "#".repeat(filled),
                    "-".repeat(BAR - filled),
                    100 * fraction,
                    progress.path("run").asInt(0) + 1,
                    progress.path("runs").asInt(0),
                    progress.path("epoch").asInt(0),
                    progress.path("phase").asString(""),
                    progress.path("samplesPerSecond").asDouble(0),
                    progress.path("secondsLeft").asString("?"));
            if (!line.equals(shown)) {
                out.print("\r" + line);
                out.flush();
                shown = line;
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private JsonNode waitUntil(String uri, String field, String whileIt) throws InterruptedException {
        JsonNode answer = get(uri);
        while (answer.get(field).asString().equals(whileIt)) {
            Thread.sleep(POLL.toMillis());
            answer = get(uri);
        }
        return answer;
    }

    private static void requireState(JsonNode answer, String field, String expected, String reason) {
        if (!answer.get(field).asString().equals(expected)) {
            throw new IllegalStateException(
                    "%s is %s: %s".formatted(field, answer.get(field).asString(), answer.get(reason)));
        }
    }

    private void show(String request, Object body) {
        out.println("   " + request + "  " + json.writeValueAsString(body));
    }

    private JsonNode get(String uri) {
        return http.get().uri(uri).retrieve().body(JsonNode.class);
    }

    private JsonNode post(String uri, Object body) {
        return http.post()
                .uri(uri)
                .header("Idempotency-Key", IDEMPOTENCY_KEY)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .retrieve()
                .body(JsonNode.class);
    }

    private record Dataset(String name, String format, String location, List<String> classes) {}

    private record Model(String name, String architecture) {}

    private record Job(String dataset, String model, List<String> methods, int runs, int epochs, int seed) {}
}
