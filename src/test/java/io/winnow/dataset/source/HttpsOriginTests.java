package io.winnow.dataset.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.SourceFiles;
import io.winnow.platform.InvalidRequestException;
import io.winnow.testing.ArchiveFixture;
import io.winnow.testing.ArchiveFixture.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data is fetched over HTTPS from where it is allowed to be, and from nowhere that an allowed place leads to. */
class HttpsOriginTests {

    private static final byte[] ZIP = zip();

    @TempDir
    static Path keys;

    static TlsServer server;

    @TempDir
    Path folder;

    Sandbox sandbox;

    /** What each host's name is answered with, one after the other; the last one stays. */
    final Map<String, Deque<String[]>> names = new HashMap<>();

    @BeforeAll
    static void startServer() throws Exception {
        server = new TlsServer(keys);
        server.file("/fashion.zip", "application/zip", ZIP);
        server.file("/data", "application/octet-stream", "PAR1 and more".getBytes());
        server.file("/login", "text/html; charset=utf-8", ZIP);
        server.file("/noise", "application/octet-stream", "noise and no archive".getBytes());
        server.file("/empty", "application/zip", new byte[0]);
        server.file(
                "/hostile",
                "application/x-tar",
                ArchiveFixture.of("tar", List.of(Member.file("../evil", new byte[9]))));
        server.redirect("/once", "/fashion.zip");
        server.redirect("/mirrored", "https://mirror.test:{port}/once");
        server.redirect("/loop", "/loop");
        server.redirect("/to-loopback", "https://127.0.0.1:{port}/fashion.zip");
        server.redirect("/to-plain", "http://data.test:{port}/fashion.zip");
        server.redirect("/to-metadata", "http://169.254.169.254/latest/meta-data/iam/");
        server.redirect("/to-metadata-tls", "https://169.254.169.254/latest/meta-data/iam/");
        server.redirect("/to-file", "file:///etc/passwd");
        server.redirect("/to-elsewhere", "https://evil.test/fashion.zip");
        server.redirect("/to-user", "https://data.test@evil.test/fashion.zip");
        server.redirect("/to-user-here", "https://user:secret@data.test:{port}/fashion.zip");
        server.redirect("/to-inner", "https://inner.test:{port}/fashion.zip");
        server.redirect("/to-number", "https://2130706433:{port}/fashion.zip");
        server.redirect("/to-nothing", "ht tp://\\");
        server.at("/to-metadata-endlessly", exchange -> {
            exchange.getResponseHeaders().add("Location", "https://169.254.169.254/");
            exchange.sendResponseHeaders(302, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[1 << 20]);
            }
        });
        server.at("/to-nowhere", exchange -> exchange.sendResponseHeaders(302, -1));
        server.at("/missing", exchange -> exchange.sendResponseHeaders(404, -1));
        server.at("/partial", exchange -> exchange.sendResponseHeaders(206, -1));
        server.at("/gzipped", exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            TlsServer.answer(exchange, "application/zip", ArchiveFixture.gzip(new byte[1 << 20]));
        });
        server.at("/announced", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/zip");
            exchange.sendResponseHeaders(200, 1L << 40);
        });
        server.at("/broken", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/zip");
            exchange.sendResponseHeaders(200, 100_000);
            exchange.getResponseBody().write(ZIP);
            exchange.getResponseBody().flush();
        });
        server.at("/endless", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/zip");
            exchange.sendResponseHeaders(200, 0);
            byte[] block = Arrays.copyOf(ZIP, 1 << 20);
            while (true) {
                exchange.getResponseBody().write(block);
            }
        });
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static byte[] zip() {
        try {
            return ArchiveFixture.of(
                    "zip", List.of(Member.file("a/1", "one".getBytes()), Member.file("b/2", "two".getBytes())));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void allowTwoHosts() {
        sandbox = sandbox(
                Duration.ofSeconds(60),
                "data.test",
                "data.test:" + server.port(),
                "MIRROR.test:" + server.port(),
                "inner.test:" + server.port(),
                "unknown.test",
                "localhost",
                "other.test:" + server.port());
        server.asked.clear();
        for (String host : List.of("data.test", "mirror.test", "other.test")) {
            answer(host, "127.0.0.1");
        }
        answer("inner.test", "10.0.0.1");
    }

    private Sandbox sandbox(Duration timeout, String... allowed) {
        HttpsFetcher.Lookup lookup = host -> {
            Deque<String[]> answers = names.get(host);
            if (answers == null) {
                throw new UnknownHostException(host);
            }
            String[] addresses = answers.size() > 1 ? answers.remove() : answers.element();
            InetAddress[] found = new InetAddress[addresses.length];
            for (int i = 0; i < found.length; i++) {
                found[i] = InetAddress.getByName(addresses[i]);
            }
            return found;
        };
        // The test's server stands for one of the public internet; all other addresses are judged as they are.
        HttpsFetcher fetcher = new HttpsFetcher(
                timeout,
                server.trust(),
                lookup,
                address -> address.getHostAddress().equals("127.0.0.1") || PublicAddresses.contain(address));
        return new Sandbox(folder, new HttpsOrigin(List.of(allowed), fetcher));
    }

    private void answer(String host, String... addresses) {
        names.computeIfAbsent(host, any -> new ArrayDeque<>()).add(addresses);
    }

    private SourceFiles fetched(String path) throws IOException {
        return sandbox.files("https://data.test:" + server.port() + path, "image-folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fashion.zip", "/once", "/mirrored"})
    void fetchesAnArchiveAlsoBehindRedirects(String path) throws IOException {
        SourceFiles files = fetched(path);
        assertThat(files.folders(files.location())).extracting(Path::toString).containsExactly("/a", "/b");
        assertThat(new String(files.read(Path.of("/b/2"), 10))).isEqualTo("two");
        assertThat(sandbox.left()).noneMatch(name -> name.endsWith("incoming"));
    }

    @Test
    void fetchesASingleFileAndKeepsItsVersion() throws IOException {
        SourceFiles files = fetched("/data");
        assertThat(files.location()).hasToString("/data.parquet");
        Path place = folder.resolve("work/sources/" + sandbox.dataset);
        assertThat(Manifest.read(place).orElseThrow())
                .isEqualTo(new Manifest(List.of(new Manifest.Entry("data.parquet", 13, null)), "\"v1\""));
    }

    @Test
    void fetchesOnlyOnce() throws IOException {
        fetched("/fashion.zip");
        fetched("/fashion.zip");
        assertThat(server.asked).containsExactly("data.test/fashion.zip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://data.test/x",
                "HTTP://data.test/x",
                "HTTPS://data.test/x",
                "ftp://data.test/x",
                "gopher://data.test/x",
                "file:///etc/passwd",
                "jar:https://data.test/x!/",
                "jar:file:///etc/x.zip!/",
                "https://",
                "https:///x",
                "https:/data.test/x",
                "https:data.test/x",
                "https:\\\\data.test\\x",
                "https://evil.test/x",
                "https://evildata.test/x",
                "https://data.test.evil.test/x",
                "https://data.test./x",
                "https://sub.data.test/x",
                "https://data.test:444/x",
                "https://data.test:0/x",
                "https://data.test:99999999999/x",
                "https://data.test:443:8080/x",
                "https://data.test%2eevil.test/x",
                "https://data.test%00.evil.test/x",
                "https://d\u0430ta.test/x",
                "https://data\u3002test/x",
                "https://data.test@evil.test/x",
                "https://evil.test#@data.test/x",
                "https://evil.test?@data.test/x",
                "https://evil.test\\@data.test/x",
                "https://user@data.test/x",
                "https://user:secret@data.test/x",
                "https://:@data.test/x",
                "https://data.test/x#fragment",
                "https://data.test/x?token=secret",
                " https://data.test/x",
                "https:// data.test/x",
                "https://data.test/x y",
                "https://data.test/x\r\nHost: evil.test",
                "https://data.test\t/x",
                "https://127.0.0.1/x",
                "https://127.1/x",
                "https://2130706433/x",
                "https://0x7f000001/x",
                "https://0x7f.0.0.1/x",
                "https://0177.0.0.1/x",
                "https://017700000001/x",
                "https://0/x",
                "https://0.0.0.0/x",
                "https://[::1]/x",
                "https://[::]/x",
                "https://[::ffff:127.0.0.1]/x",
                "https://[::ffff:a9fe:a9fe]/x",
                "https://[fe80::1%25eth0]/x",
                "https://[fd00:ec2::254]/latest/meta-data",
                "https://169.254.169.254/latest/meta-data",
                "https://metadata.google.internal/computeMetadata/v1/"
            })
    void refusesAnAddressThatIsNotOfAnAllowedHost(String location) {
        assertThat(sandbox.staging.isMeantBy(location)).isTrue();
        assertThatThrownBy(() -> sandbox.staging.check(location))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.violations())
                                .singleElement()
                                .satisfies(violation ->
                                        assertThat(violation.field()).isEqualTo("location")));
        assertThatThrownBy(() -> sandbox.files(location, "idx"))
                .isInstanceOfAny(InvalidRequestException.class, BadDataException.class);
        assertThat(sandbox.left()).isEmpty();
        assertThat(server.asked).isEmpty();
    }

    @Test
    void refusesEveryAddressUnlessAHostIsAllowed() {
        sandbox = sandbox(Duration.ofSeconds(5));
        assertThatThrownBy(() -> sandbox.staging.check("https://data.test/x"))
                .hasMessageContaining("no host is allowed (winnow.data.https.allowed)");
    }

    @Test
    void takesAnAllowedHostInOtherLettersAndWithItsUsualPort() {
        sandbox.staging.check("https://DATA.test/x");
        sandbox.staging.check("https://data.test:443/x");
        sandbox.staging.check("https://mirror.test:%d/x".formatted(server.port()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /to-loopback     | must be of an allowed host
            /to-plain        | must be an address like
            /to-metadata     | must be an address like
            /to-metadata-tls | must be of an allowed host
            /to-metadata-endlessly | must be of an allowed host
            /to-file         | must be an address like
            /to-elsewhere    | must be of an allowed host
            /to-user         | without a user
            /to-user-here    | without a user
            /to-inner        | not of the public internet
            /to-number       | must be of an allowed host
            /to-nothing      | what is no address
            /to-nowhere      | what is no address
            /loop            | more than 3 others
            /missing         | status 404
            /partial         | status 206
            /login           | answers with text/html
            /gzipped         | a compression that was not asked for
            /noise           | is neither a zip
            /empty           | is neither a zip
            /announced       | winnow.data.max-dataset
            /endless         | winnow.data.max-dataset
            /broken          | broke off
            /hostile         | below the top
            """)
    void refusesAnAnswerThatIsNotDataOrLeadsElsewhere(String path, String message) {
        assertThatThrownBy(() -> fetched(path))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining(message);
        assertThat(sandbox.left()).isEmpty();
        assertThat(server.asked)
                .allMatch(asked -> asked.equals("data.test" + path))
                .hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void refusesAHostThatIsLookedUpAsPrivateTheSecondTime() {
        names.remove("data.test");
        answer("data.test", "127.0.0.1");
        answer("data.test", "169.254.169.254");
        assertThatThrownBy(() -> fetched("/once")).hasMessageContaining("not of the public internet");
        assertThat(server.asked).containsExactly("data.test/once");
    }

    @Test
    void connectsToTheAddressThatWasCheckedAndLooksUpOnlyOnce() throws IOException {
        names.remove("data.test");
        answer("data.test", "127.0.0.1");
        answer("data.test", "10.0.0.1");
        fetched("/fashion.zip");
        assertThat(names.get("data.test")).hasSize(1);
        assertThat(server.asked).containsExactly("data.test/fashion.zip");
    }

    @Test
    void refusesAHostOneOfWhoseAddressesIsPrivate() {
        names.remove("data.test");
        answer("data.test", "127.0.0.1", "192.168.1.1");
        assertThatThrownBy(() -> fetched("/fashion.zip")).hasMessageContaining("not of the public internet");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void refusesAHostWhoseCertificateIsOfAnother() {
        assertThatThrownBy(() -> sandbox.files("https://other.test:" + server.port() + "/fashion.zip", "image-folder"))
                .hasMessageContaining("cannot be reached or does not speak HTTPS");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void saysThatAHostIsNotKnown() {
        assertThatThrownBy(() -> sandbox.files("https://unknown.test/fashion.zip", "image-folder"))
                .hasMessageContaining("unknown.test is not known");
    }

    @Test
    void givesUpADownloadThatTakesTooLong() {
        sandbox = sandbox(Duration.ZERO, "data.test:" + server.port());
        assertThatThrownBy(() -> fetched("/endless")).hasMessageContaining("took longer than");
        assertThat(sandbox.left()).isEmpty();
    }
}
