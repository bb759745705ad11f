package io.winnow.faults;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Reads a process's pages at a steady rate, whether earlier requests are answered or not. */
final class RequestLoad implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final String url;
    private final String[] paths;

    /** @param rate requests a second */
    RequestLoad(String url, int rate, String... paths) {
        this.url = url;
        this.paths = paths;
        clock.scheduleAtFixedRate(this::send, 0, 1_000_000 / rate, TimeUnit.MICROSECONDS);
    }

    private void send() {
        String path = paths[(int) (sent.getAndIncrement() % paths.length)];
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .build();
        long begun = System.nanoTime();
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            if (failure != null) {
                failures.add(path + " " + failure);
            } else if (answer.statusCode() != 200) {
                failures.add(path + " " + answer.statusCode());
            }
            slowestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
            answered.incrementAndGet();
        });
    }

    /** Waits until so many more requests were answered. */
    void awaitAnswers(int more) {
        long wanted = answered.get() + more;
        await().atMost(Cluster.PATIENCE).until(() -> answered.get() >= wanted);
    }

    /** Requests that were not answered with 200. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    Duration slowest() {
        return Duration.ofNanos(slowestNanos.get());
    }

    @Override
    public String toString() {
        return "%d requests answered, %d of them not with 200, the slowest in %d ms"
                .formatted(answered.get(), failures.size(), slowest().toMillis());
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
