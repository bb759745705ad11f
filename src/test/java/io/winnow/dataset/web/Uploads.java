package io.winnow.dataset.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.Form;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.PictureFixture;
import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A service that takes uploads, and what tests of them share. What a test registers is deleted after it. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"winnow.role=api", "winnow.data.max-upload=20MB", "winnow.data.max-dataset=200MB"})
@Import(TestDatabase.class)
abstract class Uploads {

    static final Path WORK = Path.of("target", "uploads-" + System.nanoTime()).toAbsolutePath();
    static final String IDX = "{\"name\": \"%s\", \"format\": \"idx\"}";

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    final WinnowClient winnow = new WinnowClient(() -> port);

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> WORK.resolve("data"));
        properties.add("winnow.work-dir", () -> WORK);
    }

    @AfterEach
    void deleteWhatWasRegistered() {
        jdbc.sql("SELECT name FROM dataset")
                .query(String.class)
                .list()
                .forEach(name -> winnow.delete("/datasets/" + name));
        assertThat(filesOf("sources")).isEmpty();
    }

    static Map<String, byte[]> idxFiles() throws IOException {
        Path folder = IdxFixture.write(WORK.resolve("fixture"), 90, 30, 6, 3);
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> list = Files.list(folder)) {
            for (Path file : list.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    static List<Member> members(String prefix, Map<String, byte[]> files) {
        return files.entrySet().stream()
                .map(file -> Member.file(prefix + file.getKey(), file.getValue()))
                .toList();
    }

    static byte[] png(int seed) {
        return PictureFixture.encode(PictureFixture.noise(8, 8, BufferedImage.TYPE_INT_RGB, seed), "png");
    }

    /** The names of all files below a folder of the work directory. */
    static List<String> filesOf(String folder) {
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

    HttpResponse<String> upload(String metadata, String fileName, byte[] file) {
        return winnow.post("/datasets", new Form().text("metadata", metadata).file("file", fileName, file));
    }
}
