package io.winnow.dataset.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.winnow.dataset.SourceFiles;
import io.winnow.testing.ArchiveFixture;
import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.Registrations;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;

/** What was taken in is found by the names it came with, and lies under names of the service's own. */
class StagedFilesTests {

    @TempDir
    Path folder;

    Sandbox sandbox;

    @BeforeEach
    void makeSandbox() {
        sandbox = new Sandbox(folder);
    }

    private SourceFiles taken(String kind, String... names) throws IOException {
        List<Member> members = Arrays.stream(names)
                .map(name -> Member.file(name, name.getBytes(StandardCharsets.UTF_8)))
                .toList();
        return sandbox.accept(ArchiveFixture.of(kind, members), "image-folder");
    }

    private static List<String> names(List<Path> paths) {
        return paths.stream().map(Path::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip", "tar", "tar.gz"})
    void areFoundByTheNamesOfTheArchive(String kind) throws IOException {
        SourceFiles files = taken(kind, "train/bee/1.png", "train/ant/2.png", "train/ant/1.png", "val/ant/3.png", "a!");
        Path top = files.location();
        assertThat(files.isDirectory()).isTrue();
        assertThat(names(files.folders(top))).containsExactly("/train", "/val");
        assertThat(names(files.folders(top.resolve("train")))).containsExactly("/train/ant", "/train/bee");
        assertThat(files.filesBelow(top.resolve("train/ant"), Set.of("png"))).containsExactly("1.png", "2.png");
        assertThat(names(files.match(List.of("**/1.png"), "files.train")))
                .containsExactly("/train/ant/1.png", "/train/bee/1.png");
        try (InputStream in = files.open(top.resolve("train/bee/1.png"))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("train/bee/1.png");
        }
        assertThat(files.name(top.resolve("train/bee/1.png"))).isEqualTo("train/bee/1.png");
    }

    @Test
    void lieUnderGeneratedNamesOnly() throws IOException {
        taken("zip", "train/ant/1.png", "train/bee/1.png", "etc/passwd");
        String place = "work/sources/" + sandbox.dataset;
        assertThat(sandbox.left())
                .containsExactly(
                        place + "/files/0/0", place + "/files/0/1", place + "/files/0/2", place + "/manifest.json");
    }

    @Test
    void beginBelowTheOneFolderThatWrapsThem() throws IOException {
        assertThat(taken("zip", "mnist-v2/train/a.png", "mnist-v2/test/b.png").location())
                .hasToString("/mnist-v2");
    }

    @Test
    void keepTheFolderThatMeansTheTrainingSplit() throws IOException {
        assertThat(taken("zip", "train/ant/a.png", "train/bee/b.png").location())
                .hasToString("/");
    }

    @Test
    void areTheFileItselfWhereThereIsOnlyOne() throws IOException {
        SourceFiles files = sandbox.accept("PAR1 and more".getBytes(), "parquet");
        assertThat(files.isDirectory()).isFalse();
        assertThat(files.location()).hasToString("/data.parquet");
        assertThat(files.read(files.location(), 100)).isEqualTo("PAR1 and more".getBytes());
    }

    @Test
    void leaveAnArchiveInAnArchiveAsItIs() throws IOException {
        byte[] inner = ArchiveFixture.of("tar", List.of(Member.file("x", new byte[5])));
        SourceFiles files = sandbox.accept(
                ArchiveFixture.of("tar", List.of(Member.file("train-0.tar", inner), Member.file("train-1.tar", inner))),
                "webdataset");
        assertThat(files.read(files.location().resolve("train-1.tar"), 1 << 20)).isEqualTo(inner);
    }

    @Test
    void openNothingThatIsNotAmongThem() throws IOException {
        SourceFiles files = taken("zip", "a/x", "b/x");
        for (String path : List.of("/etc/passwd", "/a", "/a/../../etc/passwd", "/a/y")) {
            assertThatThrownBy(() -> files.open(Path.of(path))).hasMessageContaining("is not a regular file");
        }
    }

    @Test
    void areGoneAfterTheyAreDeleted() throws IOException {
        taken("zip", "a/x", "b/x");
        sandbox.staging.delete(sandbox.dataset);
        assertThat(sandbox.left()).isEmpty();
        assertThatThrownBy(() -> sandbox.files("upload:x", "idx")).hasMessageContaining("upload it again");
    }

    @Test
    void areDeletedAsOrphansOnlyWhenTheyAreOldAndOfNoDataset() throws IOException {
        taken("zip", "a/x", "b/x");
        sandbox.staging.deleteOrphans(id -> false);
        assertThat(sandbox.left()).isNotEmpty();
        Files.setLastModifiedTime(
                folder.resolve("work/sources/" + sandbox.dataset),
                FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        sandbox.staging.deleteOrphans(sandbox.dataset::equals);
        assertThat(sandbox.left()).isNotEmpty();
        sandbox.staging.deleteOrphans(id -> false);
        assertThat(sandbox.left()).isEmpty();
    }

    @Test
    void doNotFollowALinkThatTookThePlaceOfAFile() throws IOException {
        SourceFiles files = taken("zip", "a/x", "b/x");
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        Path file = folder.resolve("work/sources/" + sandbox.dataset + "/files/0/0");
        Files.delete(file);
        Files.createSymbolicLink(file, secret);
        assertThatThrownBy(() -> files.open(Path.of("/a/x"))).hasMessageContaining("cannot be read");
    }

    /** The one that fetches learns in the midst of it that another process may be at it, which has begun anew. */
    @Test
    void areLeftAsTheHeirOfAFetchHasThem() {
        AtomicBoolean lost = new AtomicBoolean();
        Origin slow = new Origin() {
            @Override
            public String scheme() {
                return "slow";
            }

            @Override
            public void check(URI location) {}

            @Override
            public void fetch(URI location, String format, Intake intake) throws IOException {
                Path own = intake.scratch();
                Files.writeString(own, "mine");
                Files.delete(own);
                Files.writeString(own, "the heir's");
                lost.set(true);
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() ->
                                assertThatThrownBy(() -> intake.announce(1)).hasMessage("lost"));
                intake.take("a", own);
            }
        };
        Sandbox fetching = new Sandbox(folder, slow);
        Runnable held = () -> {
            if (lost.get()) {
                throw new DataAccessResourceFailureException("lost");
            }
        };
        assertThatThrownBy(() -> fetching.staging.files(
                        fetching.dataset, Registrations.of("x", "parquet", "slow://somewhere"), held))
                .hasMessage("lost");
        assertThat(fetching.left()).singleElement().asString().endsWith(fetching.dataset + "/incoming");
    }
}
