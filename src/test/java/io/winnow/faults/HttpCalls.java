package io.winnow.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Requests to processes that may die under them. */
final class HttpCalls {

    private final HttpClient http = HttpClient.newHttpClient();

    /** @throws IllegalStateException when the answer is not a 200 */
    byte[] bytes(String url) {
        HttpResponse<byte[]> answer =
                send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("GET " + url + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    /**
     * @param body JSON, or null
     * @param key an idempotency key, or null
     */
    HttpResponse<String> call(String method, String url, String body, String key) {
        return call(method, url, body, key, null);
    }

    /** @param credential the caller's API key, or null */
    HttpResponse<String> call(String method, String url, String body, String key, String credential) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        if (credential != null) {
            request.header("X-API-Key", credential);
        }
        return send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    JobListener listen(String url) {
        return new JobListener(http, url);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
