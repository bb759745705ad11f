package io.winnow.faults;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.json.JsonMapper;

/** Listens to the events of a job until the stream, or the process that sends it, ends. */
final class JobListener {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String DATA = "data:";

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> end;

    /** @param url of the events */
    JobListener(HttpClient http, String url) {
        this.end = http.sendAsync(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofLines())
                .thenAccept(answer -> answer.body().forEach(lines::add));
    }

    /** What the {@code status} events said so far. */
    List<String> statuses() {
        List<String> statuses = new ArrayList<>();
        String event = "";
        for (String line : lines) {
            if (line.startsWith("event:")) {
                event = line.substring("event:".length());
            } else if (line.startsWith(DATA) && event.equals("status")) {
                statuses.add(JSON.readTree(line.substring(DATA.length()))
                        .get("status")
                        .asString());
            }
        }
        return statuses;
    }

    boolean hasEnded() {
        return end.isDone();
    }

    /** Whether the stream broke off rather than being ended by who sent it. */
    boolean brokeOff() {
        return end.isCompletedExceptionally();
    }
}
