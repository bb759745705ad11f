import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures {@code GET /subsets} over loopback: {@code java bench/subsets/Load.java http://127.0.0.1:8080 [seconds]}.
 *
 * <p>Imports two score sets, 1,281,167 samples in 1,000 classes and 60,000 in 10, and prints for each request the median and
 * the 99th percentile with one client and with sixteen. Needs nothing but a JDK and a running service.
 */
public class Load {

    private static String base;
    private static double seconds;

    public static void main(String[] arguments) throws Exception {
        base = arguments[0];
        seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 10;
        String large = imported("large", 1_281_167, 1_000);
        String small = imported("small", 60_000, 10);
        System.out.printf("%-58s %7s %9s %9s %9s %10s%n", "request", "clients", "p50 ms", "p99 ms", "max ms", "requests/s");
        for (String rest : List.of(
                "format=json",
                "format=npy",
                "format=json&policy=random",
                "format=json&policy=class-balanced",
                "format=json&policy=calibrated",
                "format=json&policy=stratified")) {
            measure("/subsets?ratio=0.3&scoreSet=" + large + "&" + rest, rest + ", 1281167", 1, null);
        }
        measureUncached(large, "top");
        measureUncached(large, "class-balanced");
        measureUncached(large, "calibrated");
        measureUncached(large, "stratified");
        measure("/subsets?ratio=0.3&scoreSet=" + large + "&format=json", "format=json, 1281167", 16, null);
        measure("/subsets?ratio=0.3&scoreSet=" + large + "&format=npy", "format=npy, 1281167", 16, null);
        String known = "/subsets?ratio=0.3&scoreSet=" + large + "&format=json";
        measure(known, "If-None-Match (304)", 1, tag(known));
        measure("/subsets?ratio=0.3&scoreSet=" + small + "&format=json", "format=json, 60000", 1, null);
        measure("/subsets?ratio=0.3&scoreSet=" + small + "&format=npy", "format=npy, 60000", 1, null);
        measure("/subsets?ratio=0.3&scoreSet=" + small + "&format=npy", "format=npy, 60000", 4, null);
    }

    private static void measure(String path, String name, int clients, String tag) throws Exception {
        for (int warm = 0; warm < 30; warm++) {
            get(path, tag);
        }
        ExecutorService pool = Executors.newFixedThreadPool(clients);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Future<List<Long>>> running = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            running.add(pool.submit(() -> {
                List<Long> times = new ArrayList<>();
                while (System.nanoTime() < end) {
                    times.add(get(path, tag));
                }
                return times;
            }));
        }
        List<Long> times = new ArrayList<>();
        for (Future<List<Long>> client : running) {
            times.addAll(client.get());
        }
        pool.shutdown();
        print(name, clients, times, (System.nanoTime() - start) / 1e9);
    }

    /** Every request asks for another ratio, so that each selects anew. */
    private static void measureUncached(String set, String policy) throws Exception {
        List<Long> times = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < 60; i++) {
            String ratio = String.format(Locale.ROOT, "0.3%05d", i * 7 + 1);
            long time = get("/subsets?format=json&policy=%s&ratio=%s&scoreSet=%s".formatted(policy, ratio, set), null);
            if (i >= 20) {
                times.add(time);
            }
        }
        print("format=json&policy=" + policy + ", another ratio each time", 1, times, (System.nanoTime() - start) / 1e9);
    }

    private static void print(String name, int clients, List<Long> times, double elapsed) {
        long[] sorted = times.stream().mapToLong(t -> t).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%-58s %7d %9.1f %9.1f %9.1f %10.1f%n",
                name,
                clients,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted[sorted.length - 1] / 1e6,
                sorted.length / elapsed);
    }

    /** Reads the whole answer; in nanoseconds. */
    private static long get(String path, String tag) throws Exception {
        long start = System.nanoTime();
        HttpURLConnection connection = (HttpURLConnection) URI.create(base + path).toURL().openConnection();
        if (tag != null) {
            connection.setRequestProperty("If-None-Match", tag);
        }
        int expected = tag == null ? 200 : 304;
        if (connection.getResponseCode() != expected) {
            throw new IllegalStateException(path + " answered " + connection.getResponseCode());
        }
        if (tag == null) {
            byte[] buffer = new byte[1 << 16];
            try (InputStream in = connection.getInputStream()) {
                while (in.read(buffer) >= 0) {}
            }
        }
        return System.nanoTime() - start;
    }

    private static String tag(String path) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) URI.create(base + path).toURL().openConnection();
        connection.getInputStream().readAllBytes();
        return connection.getHeaderField("ETag");
    }

    private static String imported(String name, int size, int classes) throws Exception {
        Random random = new Random(1);
        ByteBuffer scores = npy("<f4", size, 4);
        ByteBuffer labels = npy("<i4", size, 4);
        for (int i = 0; i < size; i++) {
            scores.putFloat((float) Math.abs(random.nextGaussian()));
            labels.putInt(random.nextInt(classes));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "metadata", "{\"name\": \"%s\", \"method\": \"bench\", \"keeps\": \"HIGHEST\"}".formatted(name).getBytes(StandardCharsets.UTF_8));
        part(body, "file", scores.array());
        part(body, "labels", labels.array());
        body.writeBytes("--b--\r\n".getBytes(StandardCharsets.US_ASCII));
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(base + "/score-sets").toURL().openConnection();
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "multipart/form-data; boundary=b");
        long start = System.nanoTime();
        try (OutputStream out = connection.getOutputStream()) {
            body.writeTo(out);
        }
        String answer = new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.printf(Locale.ROOT, "imported %d scores in %.1f s%n", size, (System.nanoTime() - start) / 1e9);
        return answer.split("\"id\":\"")[1].substring(0, 36);
    }

    private static void part(ByteArrayOutputStream body, String name, byte[] content) {
        String file = name.equals("metadata") ? "" : "; filename=\"%s.npy\"".formatted(name);
        body.writeBytes("--b\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n".formatted(name, file).getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(content);
        body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuffer npy(String type, int size, int width) {
        String fields = "{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }".formatted(type, size);
        byte[] header = Arrays.copyOf(fields.getBytes(StandardCharsets.US_ASCII), 118);
        Arrays.fill(header, fields.length(), 117, (byte) ' ');
        header[117] = '\n';
        return ByteBuffer.allocate(128 + size * width)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0})
                .put(header);
    }
}
