package io.winnow.dataset.web;

import static io.winnow.testing.WinnowClient.fieldsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.winnow.testing.ArchiveFixture;
import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.Form;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Uploads over HTTP: what is right is ingested like data on disk, what is not leaves no file and no row. */
class UploadTests extends Uploads {

    @ParameterizedTest
    @ValueSource(strings = {"zip", "tar", "tar.gz"})
    void ofAnArchiveAreIngestedLikeTheFilesInIt(String kind) throws IOException {
        byte[] archive = ArchiveFixture.of(kind, members("fashion/", idxFiles()));
        HttpResponse<String> answer = upload(IDX.formatted("packed"), "Mode & Röcke." + kind, archive);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location")).contains("/datasets/packed");
        JsonNode dataset = winnow.ready("packed");
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
        assertThat(winnow.ready("pictures").get("classes").valueStream().map(JsonNode::asString))
                .containsExactly("ant", "bee");
        assertThat(winnow.read("/datasets/pictures/samples/3").get("key").asString())
                .isEqualTo("bee/1.png");
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
        assertThat(winnow.ready("shard").get("train").get("size").asInt()).isEqualTo(6);
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

    @Test
    void withoutAPartOrWithAnUnknownOneAreRefusedByItsName() throws IOException {
        byte[] file = ArchiveFixture.of("zip", members("", idxFiles()));
        String metadata = IDX.formatted("up");
        assertThat(fieldsOf(winnow.post("/datasets", new Form().text("metadata", metadata))))
                .containsExactly("file");
        assertThat(fieldsOf(winnow.post("/datasets", new Form().file("file", "a.zip", file))))
                .containsExactly("metadata");
        Form form = new Form().text("metadata", metadata).file("file", "a.zip", file);
        assertThat(fieldsOf(winnow.post("/datasets", form.file("file", "b.zip", file))))
                .containsExactly("file");
        form = new Form().text("metadata", metadata).file("file", "a.zip", file);
        assertThat(fieldsOf(winnow.post("/datasets", form.file("evil", "b.zip", file))))
                .containsExactly("evil");
        assertThat(filesOf("uploads")).isEmpty();
    }

    @Test
    void ofATakenNameAreAConflict() throws IOException {
        byte[] file = ArchiveFixture.of("zip", members("", idxFiles()));
        assertThat(upload(IDX.formatted("twice"), "a.zip", file).statusCode()).isEqualTo(202);
        winnow.ready("twice");
        assertThat(upload(IDX.formatted("twice"), "a.zip", file).statusCode()).isEqualTo(409);
        assertThat(filesOf("sources")).hasSize(5);
    }

    @Test
    void thatAreTooLargeAreRefusedByTheirDeclaredAndByTheirTrueLength() {
        Form form = new Form().text("metadata", IDX.formatted("up")).file("file", "a.zip", new byte[21_000_000]);
        isRefused(() -> winnow.post("/datasets", form));
        isRefused(() -> winnow.call(winnow.request("/datasets")
                .header("Content-Type", Form.TYPE)
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(form.toBytes())))));
        assertThat(jdbc.sql("SELECT count(*) FROM dataset").query(Long.class).single())
                .isZero();
        assertThat(filesOf("uploads")).isEmpty();
    }

    private static void isRefused(Supplier<HttpResponse<String>> upload) {
        try {
            HttpResponse<String> answer = upload.get();
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(fieldsOf(answer)).containsExactly("body");
        } catch (UncheckedIOException e) {
            // The server gave the connection up while the client was still sending, so that its answer was lost.
        }
    }

    @Test
    void thatBreakOffLeaveNothing() throws IOException {
        byte[] form = new Form()
                .text("metadata", IDX.formatted("broken"))
                .file("file", "a.zip", new byte[1_000_000])
                .toBytes();
        for (int i = 0; i < 100; i++) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                OutputStream out = socket.getOutputStream();
                out.write("""
                        POST /datasets HTTP/1.1\r
                        Host: 127.0.0.1:%d\r
                        Content-Type: %s\r
                        Content-Length: %d\r
                        \r
                        """.formatted(port, Form.TYPE, form.length).getBytes(StandardCharsets.US_ASCII));
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
        winnow.ready("gone");
        winnow.delete("/datasets/gone");
        assertThat(filesOf("sources")).isEmpty();
        assertThat(filesOf("datasets")).isEmpty();
    }

    @Test
    void cannotBeNamedByTheLocationOfAnotherRegistration() {
        HttpResponse<String> answer =
                winnow.post("/datasets", "{\"name\": \"up\", \"format\": \"idx\", \"location\": \"upload:a.zip\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly("location");
    }
}
