package io.winnow.dataset.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.ArchiveFixture;
import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.Bombs;
import io.winnow.testing.HostileArchives;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.PictureFixture;
import io.winnow.testing.RawZip;
import io.winnow.testing.TestDatabase;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Uploads over HTTP: what is right is ingested like data on disk, what is not leaves no file and no row. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"winnow.role=api", "winnow.data.max-upload=20MB", "winnow.data.max-dataset=200MB"})
@Import(TestDatabase.class)
class UploadTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String BOUNDARY = "----uploads-of-a-test";
    private static final Path WORK =
            Path.of("target", "uploads-" + System.nanoTime()).toAbsolutePath();
    private static final String IDX = "{\"name\": \"%s\", \"format\": \"idx\"}";

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> WORK.resolve("data"));
        properties.add("winnow.work-dir", () -> WORK);
    }

    @AfterEach
    void deleteWhatWasRegistered() {
        jdbc.sql("SELECT name FROM dataset").query(String.class).list().forEach(this::delete);
        assertThat(filesOf("sources")).isEmpty();
    }

    private static Map<String, byte[]> idxFiles() throws IOException {
        Path folder = IdxFixture.write(WORK.resolve("fixture"), 90, 30, 6, 3);
        Map<String, byte[]> files = new java.util.TreeMap<>();
        try (Stream<Path> list = Files.list(folder)) {
            for (Path file : list.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static List<Member> members(String prefix, Map<String, byte[]> files) {
        return files.entrySet().stream()
                .map(file -> Member.file(prefix + file.getKey(), file.getValue()))
                .toList();
    }

    private static byte[] png(int seed) {
        return PictureFixture.encode(PictureFixture.noise(8, 8, BufferedImage.TYPE_INT_RGB, seed), "png");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip", "tar", "tar.gz"})
    void ofAnArchiveAreIngestedLikeTheFilesInIt(String kind) throws IOException {
        byte[] archive = ArchiveFixture.of(kind, members("fashion/", idxFiles()));
        HttpResponse<String> answer = upload(IDX.formatted("packed"), "Mode & Röcke." + kind, archive);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location")).contains("/datasets/packed");
        JsonNode dataset = ready("packed");
        assertThat(dataset.get("location").asString())
                .startsWith("upload:Mode___R")
                .endsWith("cke." + kind);
        assertThat(dataset.get("train").get("size").asInt()).isEqualTo(90);
        assertThat(dataset.get("test").get("size").asInt()).isEqualTo(30);
        assertThat(filesOf("uploads")).isEmpty();
        assertThat(filesOf("sources")).hasSize(5).allMatch(name -> name.matches("[0-9]|manifest\\.json"));
    }

    @Test
    void ofPicturesKeepTheNamesOfClassesAndSamples() throws IOException {
        List<Member> pictures = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String folder = i % 2 == 0 ? "./ant/" : "./bee/";
            pictures.add(Member.file(folder + i + ".png", png(i)));
        }
        pictures.add(Member.file("__MACOSX/._ant", new byte[10]));
        HttpResponse<String> answer = upload(
                "{\"name\": \"pictures\", \"format\": \"image-folder\"}",
                "pictures.tar",
                ArchiveFixture.of("tar", pictures));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(ready("pictures").get("classes").valueStream().map(JsonNode::asString))
                .containsExactly("ant", "bee");
        assertThat(get("/datasets/pictures/samples/3").get("key").asString()).isEqualTo("bee/1.png");
    }

    @Test
    void ofOneShardStayWhole() throws IOException {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            members.add(Member.file("000" + i + ".png", png(i)));
            members.add(Member.file("000" + i + ".cls", new byte[] {(byte) ('0' + i % 2)}));
        }
        HttpResponse<String> answer = upload(
                "{\"name\": \"shard\", \"format\": \"webdataset\"}", "shard.tar", ArchiveFixture.of("tar", members));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(ready("shard").get("train").get("size").asInt()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name     | {"format": "idx"}
            name     | {"name": "a\\r\\nSet-Cookie: x", "format": "idx"}
            name     | {"name": "../up", "format": "idx"}
            format   | {"name": "up"}
            format   | {"name": "up", "format": "zip"}
            location | {"name": "up", "format": "idx", "location": "/etc"}
            location | {"name": "up", "format": "idx", "location": null}
            colour   | {"name": "up", "format": "idx", "colour": 1}
            metadata | []
            metadata | 1
            body     | {"name": "up",
            """)
    void withWrongMetadataKeepNothing(String field, String metadata) throws IOException {
        HttpResponse<String> answer = upload(metadata, "data.zip", ArchiveFixture.of("zip", members("", idxFiles())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly(field);
        assertThat(filesOf("uploads")).isEmpty();
    }

    @Test
    void ofAnArchiveWithoutTheFormatsFilesKeepNothing() throws IOException {
        HttpResponse<String> answer = upload(
                IDX.formatted("up"),
                "data.zip",
                ArchiveFixture.of("zip", List.of(Member.file("readme.txt", "nothing".getBytes()))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(filesOf("uploads")).isEmpty();
        assertThat(filesOf("sources")).isEmpty();
    }

    static Stream<Arguments> hostile() throws IOException {
        return Stream.concat(HostileArchives.all().entrySet().stream(), Bombs.archives().entrySet().stream())
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    /** Names of archives come from outside: none may decide where anything is written, and no archive may exhaust the disk. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void ofHostileArchivesKeepNothing(String what, HostileArchives.Hostile archive) {
        HttpResponse<String> answer = upload("{\"name\": \"up\", \"format\": \"image-folder\"}", "a", archive.bytes());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly("file");
        assertThat(JSON.readTree(answer.body()).get("detail").asString())
                .contains(archive.message())
                .matches("[^\\p{Cntrl}]{1,400}")
                .doesNotContain("Exception", WORK.toString());
        assertThat(filesOf("uploads")).isEmpty();
        assertThat(filesOf("sources")).isEmpty();
        assertThat(WORK.resolveSibling("evil")).doesNotExist();
        assertThat(Path.of("/tmp/evil")).doesNotExist();
        assertThat(jdbc.sql("SELECT count(*) FROM dataset").query(Long.class).single())
                .isZero();
    }

    @Test
    void ofArchivesInAnArchiveAreNotUnpackedFurther() throws IOException {
        byte[] inner =
                new RawZip().add(new RawZip.Entry("0", new byte[60 << 20])).done();
        List<Member> layers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            layers.add(Member.file("lib " + i + ".zip", inner));
        }
        HttpResponse<String> answer =
                upload("{\"name\": \"up\", \"format\": \"image-folder\"}", "42.zip", ArchiveFixture.of("zip", layers));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(filesOf("sources")).isEmpty();
    }

    static Stream<Arguments> bombs() throws IOException {
        byte[] png = Bombs.hugePng();
        return Stream.of(
                Arguments.of("image-folder", Map.of("ant/1.png", png, "bee/1.png", png), "50000"),
                Arguments.of(
                        "webdataset",
                        Map.of("0.png", png, "0.cls", "0".getBytes(), "1.png", png, "1.cls", "1".getBytes()),
                        "50000"),
                Arguments.of(
                        "idx",
                        Map.of(
                                "train-images-idx3-ubyte.gz", Bombs.idxOfZeros(3),
                                "train-labels-idx1-ubyte.gz", Bombs.idxOfZeros(1)),
                        "too few"));
    }

    /** Files that an archive brings and a format reads: their headers are looked at before they are decoded. */
    @ParameterizedTest
    @MethodSource("bombs")
    void ofBombsWithinFilesKeepNothing(String format, Map<String, byte[]> files, String message) throws IOException {
        HttpResponse<String> answer = upload(
                "{\"name\": \"up\", \"format\": \"%s\"}".formatted(format),
                "a.tar",
                ArchiveFixture.of("tar", members("", new java.util.TreeMap<>(files))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly("file");
        assertThat(answer.body()).contains(message);
        assertThat(filesOf("sources")).isEmpty();
    }

    @Test
    void withoutAPartOrWithAnUnknownOneAreRefusedByItsName() throws IOException {
        byte[] file = ArchiveFixture.of("zip", members("", idxFiles()));
        assertThat(fieldsOf(post(form(part("metadata", null, IDX.formatted("up").getBytes())))))
                .containsExactly("file");
        assertThat(fieldsOf(post(form(part("file", "a.zip", file))))).containsExactly("metadata");
        assertThat(fieldsOf(post(form(
                        part("metadata", null, IDX.formatted("up").getBytes()),
                        part("file", "a.zip", file),
                        part("file", "b.zip", file)))))
                .containsExactly("file");
        assertThat(fieldsOf(post(form(
                        part("metadata", null, IDX.formatted("up").getBytes()),
                        part("file", "a.zip", file),
                        part("evil", "b.zip", file)))))
                .containsExactly("evil");
        assertThat(filesOf("uploads")).isEmpty();
    }

    @Test
    void ofATakenNameAreAConflict() throws IOException {
        byte[] file = ArchiveFixture.of("zip", members("", idxFiles()));
        assertThat(upload(IDX.formatted("twice"), "a.zip", file).statusCode()).isEqualTo(202);
        ready("twice");
        assertThat(upload(IDX.formatted("twice"), "a.zip", file).statusCode()).isEqualTo(409);
        assertThat(filesOf("sources")).hasSize(5);
    }

    @Test
    void thatAreTooLargeAreRefusedByTheirDeclaredAndByTheirTrueLength() {
        byte[] form = form(
                part("metadata", null, IDX.formatted("up").getBytes()), part("file", "a.zip", new byte[21_000_000]));
        HttpResponse<String> declared = post(form);
        assertThat(declared.statusCode()).isEqualTo(413);
        assertThat(fieldsOf(declared)).containsExactly("body");
        try {
            HttpResponse<String> chunked =
                    send(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(form)));
            assertThat(chunked.statusCode()).isEqualTo(413);
            assertThat(fieldsOf(chunked)).containsExactly("body");
        } catch (UncheckedIOException e) {
            // The server gave the connection up while the client was still sending, so that its answer was lost.
        }
        assertThat(jdbc.sql("SELECT count(*) FROM dataset").query(Long.class).single())
                .isZero();
        assertThat(filesOf("uploads")).isEmpty();
    }

    @Test
    void thatBreakOffLeaveNothing() throws IOException {
        byte[] form = form(
                part("metadata", null, IDX.formatted("broken").getBytes()), part("file", "a.zip", new byte[1_000_000]));
        for (int i = 0; i < 100; i++) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                OutputStream out = socket.getOutputStream();
                out.write("""
                        POST /datasets HTTP/1.1\r
                        Host: 127.0.0.1:%d\r
                        Content-Type: multipart/form-data; boundary=%s\r
                        Content-Length: %d\r
                        \r
                        """.formatted(port, BOUNDARY, form.length).getBytes(StandardCharsets.US_ASCII));
                out.write(form, 0, 5_000 + i * 5_000);
                out.flush();
            }
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(filesOf("uploads")).isEmpty());
        assertThat(jdbc.sql("SELECT count(*) FROM dataset").query(Long.class).single())
                .isZero();
    }

    @Test
    void areDeletedWithTheirDataset() throws IOException {
        upload(IDX.formatted("gone"), "a.zip", ArchiveFixture.of("zip", members("", idxFiles())));
        ready("gone");
        delete("gone");
        assertThat(filesOf("sources")).isEmpty();
        assertThat(filesOf("datasets")).isEmpty();
    }

    @Test
    void cannotBeNamedByTheLocationOfAnotherRegistration() {
        HttpResponse<String> answer = call(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/datasets"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"name\": \"up\", \"format\": \"idx\", \"location\": \"upload:a.zip\"}")));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly("location");
    }

    /** The names of all files below a folder of the work directory. */
    private static List<String> filesOf(String folder) {
        Path path = WORK.resolve(folder);
        if (!Files.exists(path)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(path)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            // A file that was deleted while it was listed: the container cleans up behind a request.
            return List.of("changing");
        }
    }

    private JsonNode ready(String name) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !get("/datasets/" + name).get("state").asString().equals("INGESTING"));
        JsonNode dataset = get("/datasets/" + name);
        assertThat(dataset.get("state").asString()).as(dataset.toString()).isEqualTo("READY");
        return dataset;
    }

    private JsonNode get(String path) {
        return JSON.readTree(call(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)))
                .body());
    }

    private void delete(String name) {
        call(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/datasets/" + name))
                .DELETE());
    }

    private HttpResponse<String> upload(String metadata, String fileName, byte[] file) {
        return post(
                form(part("metadata", null, metadata.getBytes(StandardCharsets.UTF_8)), part("file", fileName, file)));
    }

    private static byte[] part(String name, String fileName, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String file = fileName == null ? "" : "; filename=\"" + fileName + "\"";
        out.writeBytes(("--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n")
                .formatted(BOUNDARY, name, file)
                .getBytes(StandardCharsets.UTF_8));
        out.writeBytes(content);
        out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static byte[] form(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        out.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private HttpResponse<String> post(byte[] form) {
        return send(HttpRequest.BodyPublishers.ofByteArray(form));
    }

    private HttpResponse<String> send(HttpRequest.BodyPublisher body) {
        return call(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/datasets"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(body));
    }

    private static List<String> fieldsOf(HttpResponse<String> answer) {
        return JSON.readTree(answer.body())
                .get("errors")
                .valueStream()
                .map(error -> error.get("field").asString())
                .toList();
    }

    private HttpResponse<String> call(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
