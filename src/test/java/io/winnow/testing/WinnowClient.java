package io.winnow.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls a service that a test has up, over a socket, and leaves what is sent and what comes back as it is: tests look at
 * addresses, headers and bodies byte by byte, bad ones among them.
 */
public final class WinnowClient {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LONGEST_CALL = Duration.ofMinutes(1);
    private static final Duration LONGEST_INGEST = Duration.ofMinutes(1);
    private static final Duration LONGEST_JOB = Duration.ofMinutes(5);

    private final HttpClient http = HttpClient.newHttpClient();
    private final IntSupplier port;

    /** @param port asked at each call, for a test knows it only when its service is up */
    public WinnowClient(IntSupplier port) {
        this.port = port;
    }

    /** A GET of the path, unless the builder is told otherwise. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.getAsInt() + path))
                .timeout(LONGEST_CALL);
    }

    public HttpResponse<String> call(HttpRequest.Builder request) {
        return call(request, BodyHandlers.ofString());
    }

    public <T> HttpResponse<T> call(HttpRequest.Builder request, BodyHandler<T> handler) {
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param body JSON, or nothing at all when it is empty
     * @param headers names and values by turns
     */
    public HttpResponse<String> call(String method, String path, String body, String... headers) {
        HttpRequest.Builder request =
                with(headers, request(path).method(method, body.isEmpty() ? BodyPublishers.noBody() : of(body)));
        return call(body.isEmpty() ? request : request.header("Content-Type", "application/json"));
    }

    public HttpResponse<String> get(String path, String... headers) {
        return call(with(headers, request(path)));
    }

    public HttpResponse<byte[]> bytes(String path, String... headers) {
        return call(with(headers, request(path)), BodyHandlers.ofByteArray());
    }

    public HttpResponse<String> delete(String path, String... headers) {
        return call(with(headers, request(path)).DELETE());
    }

    /** Sends JSON, or what should be. */
    public HttpResponse<String> post(String path, String body, String... headers) {
        return call(with(headers, request(path))
                .header("Content-Type", "application/json")
                .POST(of(body)));
    }

    public HttpResponse<String> post(String path, Form form) {
        return call(request(path).header("Content-Type", Form.TYPE).POST(BodyPublishers.ofByteArray(form.toBytes())));
    }

    private static HttpRequest.BodyPublisher of(String body) {
        return BodyPublishers.ofString(body);
    }

    private static HttpRequest.Builder with(String[] headers, HttpRequest.Builder request) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** What a path answers, which must be well. */
    public String text(String path) {
        return well(get(path)).body();
    }

    /** The JSON that a path answers, which must be well. */
    public JsonNode read(String path) {
        return json(well(get(path)));
    }

    /** The JSON that a POST of JSON is answered with, which must be well. */
    public JsonNode send(String path, String body) {
        return json(well(post(path, body)));
    }

    /** Where the job is, of any kind, that a POST of JSON is accepted as. */
    public String accepted(String path, String body, String... headers) {
        HttpResponse<String> answer = post(path, body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private static HttpResponse<String> well(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.uri() + ": " + answer.body()).isBetween(200, 299);
        return answer;
    }

    /** The dataset of that name once its ingest has ended, which must be well. */
    public JsonNode ready(String name) {
        JsonNode dataset = await().atMost(LONGEST_INGEST)
                .until(
                        () -> read("/datasets/" + name),
                        view -> !view.get("state").asString().equals("INGESTING"));
        assertThat(dataset.get("state").asString()).as(dataset.toString()).isEqualTo("READY");
        return dataset;
    }

    /** What works on the queue, a job or an evaluation, once it has ended, however that is. */
    public JsonNode ended(String location) {
        return await().atMost(LONGEST_JOB)
                .until(() -> read(location), view -> !view.get("finishedAt").isNull());
    }

    /** The same, which must have ended well. */
    public JsonNode succeeded(String location) {
        JsonNode ended = ended(location);
        assertThat(ended.get("status").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
        return ended;
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    /** The fields that a problem names. */
    public static List<String> fieldsOf(HttpResponse<String> problem) {
        return json(problem)
                .path("errors")
                .valueStream()
                .map(error -> error.get("field").asString())
                .toList();
    }
}
