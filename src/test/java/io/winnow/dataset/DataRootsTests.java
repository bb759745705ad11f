package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataRootsTests {

    @TempDir
    Path folder;

    Path root;
    DataRoots roots;

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(root.resolve("set"));
        Files.writeString(root.resolve("set/file"), "inside");
        Files.createDirectories(folder.resolve("data-x"));
        Files.writeString(folder.resolve("secret"), "outside");
        roots = TestSources.roots(root);
    }

    @Test
    void resolvesAbsoluteAndRelativeLocationsInsideARoot() throws IOException {
        Path real = root.toRealPath().resolve("set");
        assertThat(roots.resolve(root.resolve("set").toString()).location()).isEqualTo(real);
        assertThat(roots.resolve("set").location()).isEqualTo(real);
        assertThat(roots.resolve("./set/../set/").location()).isEqualTo(real);
        assertThat(roots.resolve("set/file").isDirectory()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../secret",
                "set/../../secret",
                "../data-x",
                "/",
                "/etc/passwd",
                "/proc/self/environ",
                "~",
                "",
                "set/../../data-x",
                "file:///etc/passwd",
                "%2e%2e/secret",
                "..%2fsecret",
                "..\\secret",
                "set\0/../secret",
                "set/%00",
                "//etc//passwd",
                "....//secret"
            })
    void refusesWhatIsNotInsideARoot(String location) {
        assertThatThrownBy(() -> roots.resolve(location.isEmpty() ? folder.toString() : location))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.violations())
                                .singleElement()
                                .satisfies(v -> assertThat(v.field()).isEqualTo("location")));
    }

    @Test
    void takesASiblingWhoseNameBeginsLikeTheRootsForOutside() {
        assertThatThrownBy(() -> roots.resolve(folder.resolve("data-x").toString()))
                .hasMessageContaining("must lie under one of the data roots");
    }

    @Test
    void saysTheSameOfAnOutsideFileWhetherItExistsOrNot() {
        String there = messageFor(folder.resolve("secret"));
        String notThere = messageFor(folder.resolve("no-such-file"));
        assertThat(there).isEqualTo(notThere).contains("must lie under one of the data roots");
    }

    private String messageFor(Path location) {
        try {
            roots.resolve(location.toString());
            return "accepted";
        } catch (InvalidRequestException e) {
            return e.getMessage();
        }
    }

    @Test
    void refusesALocationThatIsALinkOutOfTheRoot() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), folder.resolve("data-x"));
        assertThatThrownBy(() -> roots.resolve("link")).hasMessageContaining("symbolic link leads out");
    }

    @Test
    void followsALinkThatStaysInside() throws IOException {
        Files.createSymbolicLink(root.resolve("alias"), root.resolve("set"));
        assertThat(roots.resolve("alias").location())
                .isEqualTo(root.toRealPath().resolve("set"));
    }

    @Test
    void acceptsARootThatIsItselfALink() throws IOException {
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), root);
        assertThat(TestSources.roots(linked).resolve("set").location())
                .isEqualTo(root.toRealPath().resolve("set"));
    }

    @Test
    void doesNotOpenAFileThatLinksOut() throws IOException {
        Files.createSymbolicLink(root.resolve("set/leak"), folder.resolve("secret"));
        SourceFiles files = roots.resolve("set");
        List<Path> found = files.match(List.of("leak"), "files.train");
        assertThat(found).hasSize(1);
        assertThatThrownBy(() -> files.open(found.get(0))).hasMessageContaining("symbolic link leads out");
    }

    @Test
    void doesNotFindFilesAboveTheLocation() throws IOException {
        SourceFiles files = roots.resolve("set");
        assertThat(files.match(List.of("../../secret", "**/secret", "/etc/passwd"), "files.train"))
                .isEmpty();
        assertThat(files.match(List.of("**"), "files.train")).hasSize(1);
    }

    @Test
    void namesTheFieldOfABadGlob() {
        SourceFiles files = roots.resolve("set");
        assertThatThrownBy(() -> files.match(List.of("[a"), "files.train"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("files.train");
    }
}
