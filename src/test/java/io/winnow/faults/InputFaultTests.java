package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.dataset.format.BadInput;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.PictureFixture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Data that is damaged, cut short, too long or labelled wrong when it comes: it is refused by its place, and all else goes on. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InputFaultTests {

    private static final String REQUEST = Cluster.request(1, 2, 1);
    private static final int SAMPLES = 10;
    private static final int SIDE = 8;
    private static final int LENGTH = 16 + SAMPLES * SIDE * SIDE;
    private static final int PICTURES = 100;
    private static final int DAMAGED = 37;

    private Cluster cluster;
    private int registered;

    @BeforeAll
    void start() {
        cluster = new Cluster("input");
        cluster.startApi();
        cluster.startWorker(Options.none());
        cluster.undisturbed(REQUEST);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    static IntStream lengths() {
        return IntStream.of(
                0, 3, 4, 15, 16, 17, 16 + SIDE * SIDE, LENGTH / 2, LENGTH - SIDE * SIDE, LENGTH - 1, LENGTH + 1);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void ofAnotherLengthThanTheHeaderSaysIsRefusedByItsFile(int length) throws IOException {
        byte[] images = IdxFixture.images(SAMPLES, SIDE, SIDE, new byte[SAMPLES * SIDE * SIDE]);
        assertRefused(idx(Arrays.copyOf(images, length), IdxFixture.labels(SAMPLES, 2)), "train-images-idx3-ubyte");
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    @ParameterizedTest
    @MethodSource("sides")
    void ofAbsurdSizeIsRefusedBeforeItIsMadeRoomFor(int side) throws IOException {
        byte[] images = IdxFixture.images(SAMPLES, side, side, new byte[SAMPLES * SIDE * SIDE]);
        assertRefused(idx(images, IdxFixture.labels(SAMPLES, 2)), "absurd");
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    static IntStream sides() {
        return IntStream.of(0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 16);
    }

    @Test
    void thatIsOnePictureOfAHundredIsNamedOrLeftOutWithoutShiftingTheOthers() throws IOException {
        Path folder = cluster.folder().resolve("data/pictures");
        for (int i = 0; i < PICTURES; i++) {
            byte[] png = PictureFixture.encode(PictureFixture.noise(SIDE, SIDE, BufferedImage.TYPE_INT_RGB, i), "png");
            Path file = folder.resolve("%s/%03d.png".formatted(i < PICTURES / 2 ? "ant" : "bee", i));
            Files.createDirectories(file.getParent());
            Files.write(file, i == DAMAGED ? Arrays.copyOf(png, png.length / 2) : png);
        }
        JsonNode refused = ingest("image-folder", folder, "");
        assertThat(refused.get("state").asString()).isEqualTo("FAILED");
        assertThat(refused.at("/problems/0/sample").asInt()).isEqualTo(DAMAGED);
        assertThat(refused.at("/problems/0/message").asString()).contains("037.png");

        JsonNode taken = ingest("image-folder", folder, ", \"onBadSample\": \"skip\"");
        assertThat(taken.get("state").asString()).as(taken.toString()).isEqualTo("READY");
        assertThat(taken.at("/problems/0/sample").asInt()).isEqualTo(DAMAGED);
        String samples = "/datasets/" + taken.get("name").asString() + "/samples/";
        assertThat(cluster.get(samples + (PICTURES - 1)).get("class").asString())
                .isEqualTo("bee");
        assertThat(cluster.call(cluster.api(), "GET", samples + DAMAGED, null, null)
                        .statusCode())
                .isEqualTo(404);
    }

    /** CMYK, grey, 16 bits, alpha, several frames, turned, progressive: all are taken but the one that is cut short, which is named. */
    @Test
    void ofPicturesOfManyKindsIsTakenButForTheOneThatIsCutShort() throws IOException {
        List<String> ants = List.of("alpha.png", "cmyk.jpg", "colour.jpg", "colour16.png", "cut.jpg", "frames.gif");
        List<String> bees =
                List.of("grey.jpg", "grey16.png", "lossless.webp", "lossy.webp", "progressive.jpg", "turned.jpg");
        Path folder = cluster.folder().resolve("data/kinds");
        for (String name : Stream.concat(ants.stream(), bees.stream()).toList()) {
            Path file = folder.resolve(ants.contains(name) ? "ant" : "bee").resolve(name);
            Files.createDirectories(file.getParent());
            byte[] picture = picture(name.equals("cut.jpg") ? "colour.jpg" : name);
            Files.write(file, name.equals("cut.jpg") ? Arrays.copyOf(picture, picture.length / 2) : picture);
        }
        JsonNode taken = ingest("image-folder", folder, ", \"onBadSample\": \"skip\"");
        assertThat(taken.get("state").asString()).as(taken.toString()).isEqualTo("READY");
        assertThat(taken.at("/train/size").asInt()).isEqualTo(11);
        assertThat(taken.get("problems")).hasSize(1);
        assertThat(taken.at("/problems/0/sample").asInt()).isEqualTo(4);
        assertThat(taken.at("/problems/0/message").asString()).contains("ant/cut.jpg");
        String last = "/datasets/" + taken.get("name").asString() + "/samples/11";
        assertThat(cluster.get(last).get("class").asString()).isEqualTo("bee");
    }

    private static byte[] picture(String name) throws IOException {
        try (InputStream in = InputFaultTests.class.getResourceAsStream("/pictures/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    @Test
    void withFewerLabelsThanPicturesIsRefused() throws IOException {
        byte[] images = IdxFixture.images(SAMPLES, SIDE, SIDE, new byte[SAMPLES * SIDE * SIDE]);
        assertRefused(idx(images, IdxFixture.labels(SAMPLES - 1, 2)), "holds 10 pictures, but");
    }

    @Test
    void ofOneClassIsRefused() throws IOException {
        byte[] images = IdxFixture.images(SAMPLES, SIDE, SIDE, new byte[SAMPLES * SIDE * SIDE]);
        assertRefused(idx(images, IdxFixture.labels(SAMPLES, 1)), "are of one class");
    }

    static List<BadInput> known() {
        return BadInput.all();
    }

    /** Cut short or too long, with absurd sizes, damaged pictures or labels out of range, in every format. */
    @ParameterizedTest
    @MethodSource("known")
    void thatIsWrongInAKnownWayIsRefusedByFileAndSampleAndLeavesNothing(BadInput input) throws Exception {
        Path folder = Files.createDirectories(cluster.folder().resolve("data/known-" + registered));
        Path location = folder.resolve(input.maker().make(folder));
        List<Path> before = filesUnder(cluster.folder().resolve("work/datasets"));
        HttpResponse<String> answer = cluster.call(
                cluster.api(), "POST", "/datasets", registration(input.format(), location, input.more()), null);
        if (input.sample() == BadInput.AT_ONCE) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains(input.message());
        } else {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            JsonNode failed = cluster.awaitIngested(
                    JsonMapper.shared().readTree(answer.body()).get("name").asString());
            assertThat(failed.get("state").asString()).as(failed.toString()).isEqualTo("FAILED");
            JsonNode problem = failed.get("problems").get(failed.get("problems").size() - 1);
            assertThat(problem.get("message").asString()).contains(input.message());
            assertThat(problem.get("sample").asInt(BadInput.WHOLE)).isEqualTo(input.sample());
        }
        assertThat(filesUnder(cluster.folder().resolve("work/datasets"))).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"NaN, body", "'\"NaN\"', scores[1]", "1e39, scores[1]"})
    void ofScoresThatAreNoNumbersIsRefusedByItsPlace(String score, String field) {
        double before = cluster.number("SELECT count(*) FROM score_set");
        HttpResponse<String> answer = cluster.call(
                cluster.api(),
                "POST",
                "/score-sets",
                "{\"name\": \"mine\", \"method\": \"mine\", \"keeps\": \"HIGHEST\", \"scores\": [1, %s]}"
                        .formatted(score),
                null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
        assertThat(cluster.number("SELECT count(*) FROM score_set")).isEqualTo(before);
    }

    /** Nothing is left of a store that could not be written whole. */
    @Test
    void thatFindsNoRoomForItsStoreIsRefusedAndTakenOnceThereIs() throws IOException {
        SmallDisk.assumePossible();
        byte[] labels = IdxFixture.labels(SAMPLES, 2);
        Path folder = idx(IdxFixture.images(SAMPLES, SIDE, SIDE, IdxFixture.pixels(labels, SIDE, 2, 1)), labels);
        Path work = cluster.folder().resolve("small");
        try (SmallDisk disk = SmallDisk.at(work, 2)) {
            WinnowProcess tight = cluster.launch("api", Options.none().with("--winnow.work-dir=" + work))
                    .awaitStart();
            disk.fill();
            JsonNode refused = ingestedBy(tight, folder);
            assertThat(refused.get("state").asString()).isEqualTo("FAILED");
            assertThat(refused.at("/problems/0/message").asString()).contains("No space left on device");

            disk.empty();
            assertThat(filesUnder(work)).isEmpty();
            JsonNode taken = ingestedBy(tight, folder);
            assertThat(taken.get("state").asString()).as(taken.toString()).isEqualTo("READY");
            assertThat(filesUnder(work)).isNotEmpty();
            tight.kill();
        }
    }

    private JsonNode ingestedBy(WinnowProcess process, Path folder) {
        HttpResponse<String> answer = cluster.call(process, "POST", "/datasets", registration("idx", folder, ""), null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return cluster.awaitIngested(
                JsonMapper.shared().readTree(answer.body()).get("name").asString());
    }

    private static List<Path> filesUnder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** Quotas, statistics and batches of so few are defined. */
    @Test
    void thatIsLessThanABatchIsScored() throws IOException {
        byte[] labels = IdxFixture.labels(SAMPLES, 2);
        JsonNode few = ingest(
                "idx", idx(IdxFixture.images(SAMPLES, SIDE, SIDE, IdxFixture.pixels(labels, SIDE, 2, 1)), labels), "");
        assertThat(few.get("state").asString()).as(few.toString()).isEqualTo("READY");
        String job = cluster.submit(REQUEST.replace("\"tiny\"", few.get("name").toString()));
        JsonNode ended = cluster.awaitEnd(job);
        assertThat(ended.get("status").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
        String set = ended.at("/scoreSets/0/id").asString();
        assertThat(cluster.get("/subsets?scoreSet=" + set + "&ratio=0.3").get("indices"))
                .hasSize(3);
    }

    private Path idx(byte[] images, byte[] labels) throws IOException {
        Path folder = cluster.folder().resolve("data/idx-" + registered);
        Files.createDirectories(folder);
        Files.write(folder.resolve("train-images-idx3-ubyte"), images);
        Files.write(folder.resolve("train-labels-idx1-ubyte"), IdxFixture.labelFile(labels));
        return folder;
    }

    private void assertRefused(Path folder, String reason) {
        HttpResponse<String> answer =
                cluster.call(cluster.api(), "POST", "/datasets", registration("idx", folder, ""), null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"location\"", reason);
    }

    /** @param more of the registration */
    private JsonNode ingest(String format, Path folder, String more) {
        String registration = registration(format, folder, more);
        return cluster.awaitIngested(
                cluster.post("/datasets", registration).get("name").asString());
    }

    private String registration(String format, Path folder, String more) {
        return "{\"name\": \"bad-%d\", \"format\": \"%s\", \"location\": \"%s\"%s}"
                .formatted(registered++, format, folder, more);
    }
}
