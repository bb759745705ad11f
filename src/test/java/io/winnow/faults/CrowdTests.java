package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that are many, slow or idle, on a process with fewer connections to its database than there are slow clients. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrowdTests {

    private static final int IDLE = Cluster.count("idle", 300);
    private static final int SLOW = 4;
    private static final int COMPARING = Cluster.count("comparing", 50);

    /** As CSV more than all buffers between the process and a client that does not read; a few comparisons of so many fill the heap. */
    private static final int MANY = 1_000_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(COMPARING + SLOW);
    private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
    private Cluster cluster;

    @BeforeAll
    void start() {
        cluster = new Cluster("crowd");
        cluster.startApi(Options.none().with("--spring.datasource.hikari.maximum-pool-size=3"));
    }

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : List.copyOf(sockets)) {
            socket.close();
        }
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
        cluster.close();
    }

    @Test
    void answersOthersWhileIdleListenersSlowReadersAndComparersCrowdIn() throws Exception {
        String job = cluster.submit(Cluster.request(1, 1, 1));
        String small = imported("small", 20_000);
        String one = imported("one", MANY);
        String two = imported("two", MANY);
        for (int i = 0; i < IDLE; i++) {
            assertThat(statusOf(open("/jobs/" + job + "/events"))).isEqualTo(200);
        }
        for (int i = 0; i < SLOW; i++) {
            InputStream reader = open("/score-sets/" + one + "/scores?format=csv");
            assertThat(statusOf(reader)).isEqualTo(200);
            threads.submit(() -> readAByteASecond(reader));
        }
        String compare = "/score-sets/" + one + "/compare?with=" + two;
        List<Future<Integer>> crowd = new ArrayList<>();
        for (int i = 0; i < COMPARING; i++) {
            crowd.add(threads.submit(() -> status(compare)));
        }
        Set<Integer> others = new HashSet<>();
        for (String path : List.of("/jobs", "/subsets?ratio=0.3&scoreSet=" + small, "/jobs/" + job)) {
            long begun = System.nanoTime();
            others.add(status(path));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as(path).isLessThan(Duration.ofSeconds(5));
        }
        Set<Integer> all = new HashSet<>(others);
        for (Future<Integer> answer : crowd) {
            all.add(answer.get());
        }
        assertThat(all).contains(200).isSubsetOf(200, 503, 429);
        // The comparers are through; the idle and the slow are there still, and hold nothing that others need.
        for (int i = 0; i < 20; i++) {
            assertThat(status("/jobs")).isEqualTo(200);
            assertThat(status("/subsets?ratio=0.3&scoreSet=" + small)).isEqualTo(200);
        }
        assertThat(cluster.number("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"))
                .isZero();
    }

    /** @return the id of a score set */
    private String imported(String name, int samples) {
        String scores = new Random(name.hashCode())
                .ints(samples, 0, 10_000)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
        return cluster.post(
                        "/score-sets",
                        "{\"name\": \"%s\", \"method\": \"own\", \"keeps\": \"HIGHEST\", \"scores\": [%s]}"
                                .formatted(name, scores))
                .get("id")
                .asString();
    }

    /** Asks, with next to no room for the answer, and reads nothing of it yet. */
    private InputStream open(String path) throws IOException {
        URI url = URI.create(cluster.api().url());
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort()));
        socket.getOutputStream()
                .write("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                        .formatted(path, url.getAuthority())
                        .getBytes(StandardCharsets.US_ASCII));
        return socket.getInputStream();
    }

    private static int statusOf(InputStream answer) throws IOException {
        String line = new String(answer.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
        return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static Void readAByteASecond(InputStream answer) throws IOException, InterruptedException {
        while (answer.read() >= 0) {
            TimeUnit.SECONDS.sleep(1);
        }
        return null;
    }

    private int status(String path) {
        return cluster.call(cluster.api(), "GET", path, null, null).statusCode();
    }
}
