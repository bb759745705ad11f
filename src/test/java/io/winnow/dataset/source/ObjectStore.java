package io.winnow.dataset.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3-compatible server in a process of its own; the build puts it where it is started from. */
final class ObjectStore {

    private static final Path SERVER = Path.of("target", "s3mock.jar");
    private static final Pattern PORT = Pattern.compile("started on ports? .*?(\\d+) \\(http\\)");

    private final Process process;
    final URI endpoint;
    final S3Client client;

    /** One for all tests; it ends with them. */
    static ObjectStore shared() {
        return Shared.STORE;
    }

    private static final class Shared {

        static final ObjectStore STORE = start();

        private static ObjectStore start() {
            try {
                return new ObjectStore(Files.createTempFile(Path.of("target"), "object-store", ".log"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private ObjectStore(Path log) throws IOException {
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-jar",
                        SERVER.toAbsolutePath().toString(),
                        "--server.port=0",
                        "--http.port=0",
                        "--vectors.http.port=0",
                        "--vectors.https.port=0")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        this.endpoint = URI.create("http://127.0.0.1:" + port(log));
        this.client = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .build();
    }

    private int port(Path log) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(
                        () -> {
                            if (!process.isAlive()) {
                                throw new IllegalStateException("the object store ended: " + Files.readString(log));
                            }
                            Matcher found = PORT.matcher(Files.readString(log));
                            return found.find() ? Integer.parseInt(found.group(1)) : 0;
                        },
                        port -> port > 0);
    }

    void put(String bucket, String key, byte[] content) {
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }

    void putFolder(String bucket, String prefix, Path folder) {
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                put(bucket, prefix + "/" + folder.relativize(file), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void bucket(String name) {
        client.createBucket(request -> request.bucket(name));
    }
}
