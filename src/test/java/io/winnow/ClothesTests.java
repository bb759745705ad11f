package io.winnow;

import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Tests over HTTP of a service that has the bundled pictures, as {@code clothes}, and trains on them: nothing is replaced. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "db-scheduler.polling-interval=100ms")
@Import(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClothesTests {

    static final String TRAINING = "\"training\": {\"learningRate\": 0.05}";
    private static final Path SAMPLES = Path.of("samples").toAbsolutePath();

    @LocalServerPort
    int port;

    final WinnowClient winnow = new WinnowClient(() -> port);
    private final Path folder;

    /** @param folder of the service, see {@link #settings} */
    ClothesTests(Path folder) {
        this.folder = folder;
    }

    /** Under target, not a temporary directory of the test framework: stores stay mapped until the context closes. */
    static Path folder(String name) {
        return Path.of("target", name + "-" + System.nanoTime()).toAbsolutePath();
    }

    /** A class of tests sets these itself, so that it has a service of its own. */
    static void settings(DynamicPropertyRegistry properties, Path folder) {
        properties.add("winnow.data.roots", () -> SAMPLES);
        properties.add("winnow.work-dir", () -> folder.resolve("work"));
    }

    @BeforeAll
    void register() {
        registerClothes("clothes");
        winnow.send("/models", "{\"name\": \"small\", \"architecture\": \"mlp\"}");
    }

    void registerClothes(String name) {
        winnow.send("/datasets", """
                {"name": "%s", "format": "idx", "location": "%s"}
                """.formatted(name, SAMPLES.resolve("fashion-mnist")));
        winnow.ready(name);
    }

    /** A job of one run that is done. */
    JsonNode scored(String method, int epochs) {
        return winnow.succeeded(winnow.accepted("/jobs", """
                {"dataset": "clothes", "model": "small", "methods": ["%s"], "runs": 1, "epochs": %d, %s}
                """.formatted(method, epochs, TRAINING)));
    }

    @AfterAll
    void deleteFolder() throws IOException {
        FileSystemUtils.deleteRecursively(folder);
    }
}
