package io.winnow.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks at the service all the time while a class of faults goes over it, as a dashboard does. Whatever happens, an answer is what was
 * asked for, or a 503 or 429 that is a problem by RFC 9457; a process that is gone gives none.
 */
final class Visitor implements AutoCloseable {

    private static final long PAUSE_MILLIS = 200;

    /** More than a request may wait for a connection that is dead without a word, on a machine that is busy; no test stops an API for longer. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final List<String> PAGES = List.of(
            "/",
            "/jobs",
            "/workers",
            "/datasets",
            "/score-sets",
            "/devices",
            "/evaluations",
            "/actuator/health/liveness",
            "/actuator/health/readiness");
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(look -> {
        Thread thread = new Thread(look, "visitor");
        thread.setDaemon(true);
        return thread;
    });
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger looked = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final Supplier<@Nullable WinnowProcess> service;

    /** @param service the process to ask, null when there is none */
    Visitor(Supplier<@Nullable WinnowProcess> service) {
        this.service = service;
        clock.scheduleWithFixedDelay(this::look, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            lookAt(service.get());
        } catch (RuntimeException e) {
            wrong.add("it could not be looked at: " + e);
        }
    }

    private void lookAt(@Nullable WinnowProcess asked) {
        if (asked == null || !asked.hasStarted()) {
            return;
        }
        String page = PAGES.get(looked.getAndIncrement() % PAGES.size());
        HttpRequest request = HttpRequest.newBuilder(URI.create(asked.url() + page))
                .timeout(LONGEST)
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            answered.incrementAndGet();
            if (!isRight(page, answer)) {
                wrong.add("GET %s: %d %s".formatted(page, answer.statusCode(), answer.body()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (HttpTimeoutException e) {
            wrong.add("GET %s: no answer in %s".formatted(page, LONGEST));
        } catch (IOException e) {
            // Killed, or on its way out: there is nobody to answer.
        }
    }

    private static boolean isRight(String page, HttpResponse<String> answer) {
        int status = answer.statusCode();
        if (status == 200) {
            return true;
        }
        if (page.endsWith("readiness")) {
            return status == 503;
        }
        return (status == 503 || status == 429) && !page.endsWith("liveness") && isProblem(answer);
    }

    private static boolean isProblem(HttpResponse<String> answer) {
        if (!answer.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json")) {
            return false;
        }
        try {
            JsonNode problem = JSON.readTree(answer.body());
            return problem.path("status").asInt() == answer.statusCode()
                    && problem.path("title").isString()
                    && problem.path("detail").isString();
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Answers that should not have been. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    int answered() {
        return answered.get();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
