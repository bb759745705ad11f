package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
                "....//secret",
                "../../secret",
                "../../../../../../../../etc/passwd",
                "./../secret",
                ".././secret",
                "set/..//../secret",
                "set/./../../secret",
                "set/file/../../../secret",
                "set/file/x",
                "..//secret",
                "../",
                "../..",
                ".../secret",
                "..;/secret",
                "/..",
                "/../etc/passwd",
                "/./etc/passwd",
                "/etc/../etc/passwd",
                "/proc/self/cwd",
                "/proc/self/root/etc/passwd",
                "/proc/1/environ",
                "/dev/stdin",
                "/dev/zero",
                "/dev/fd/0",
                "/sys/kernel",
                "/root/.ssh/id_rsa",
                "/tmp/../etc/shadow",
                "///etc/passwd",
                "/etc/passwd/",
                "/etc/passwd/.",
                "~/secret",
                "~root/.ssh",
                "$HOME/secret",
                "${HOME}",
                "`id`",
                "|id",
                "%2e%2e%2fsecret",
                "%252e%252e%252fsecret",
                "..%252fsecret",
                "%2e%2e%5csecret",
                "..%c0%afsecret",
                "..%ef%bc%8fsecret",
                "%c0%ae%c0%ae/secret",
                "..\\..\\secret",
                "set\\..\\..\\secret",
                "C:\\Windows\\win.ini",
                "C:/Windows/win.ini",
                "\\\\server\\share",
                "\\\\?\\C:\\x",
                "file:/etc/passwd",
                "file:secret",
                "FILE:///etc/passwd",
                "jar:file:/x.zip!/a",
                "classpath:application.yaml",
                "http://localhost/x",
                "data-x",
                "..\u2215secret",
                "\uff0e\uff0e/secret",
                "\u2025/secret",
                "set/file\0.idx",
                "\0",
                "set\0",
                "set/\n../../secret",
                "set/..\n/../secret",
                "SET/FILE",
                "set /file",
                " set/file",
                "set/file "
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
    void refusesAPathThatIsLongerThanAnyFileSystemTakes() {
        for (String location : List.of("a".repeat(300), "a/".repeat(5000), "set/" + "../".repeat(3000) + "secret")) {
            assertThatThrownBy(() -> roots.resolve(location)).isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void refusesLinksThatLeaveOnOtherWays() throws IOException {
        Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("first"), root.resolve("second"));
        Files.createSymbolicLink(root.resolve("second"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("round"), root.resolve("round"));
        Files.createSymbolicLink(root.resolve("proc"), Path.of("/proc/self"));
        Files.createSymbolicLink(root.resolve("nowhere"), folder.resolve("no-such-file"));
        for (String location : List.of("up/secret", "up", "first", "second", "round", "proc/environ", "nowhere")) {
            assertThatThrownBy(() -> roots.resolve(location)).isInstanceOf(InvalidRequestException.class);
        }
    }

    /** What a file is may change between the look at it and its opening, also by a folder on the way to it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void neverReadsOutsideWhileALinkIsSwappedIn(boolean folderIsSwapped) throws Exception {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("file"), "outside");
        Path swapped = folderIsSwapped ? root.resolve("set") : root.resolve("set/file");
        Path link = Files.createSymbolicLink(root.resolve("link"), folderIsSwapped ? outside : outside.resolve("file"));
        AtomicBoolean done = new AtomicBoolean();
        SourceFiles files = roots.resolve(".");
        CompletableFuture<Void> swapper = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                try {
                    Files.move(swapped, root.resolve("away"));
                    Files.move(link, swapped);
                    Files.move(swapped, link);
                    Files.move(root.resolve("away"), swapped);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        int read = 0;
        for (int i = 0; i < 10_000; i++) {
            try {
                assertThat(files.read(root.resolve("set/file"), 100)).isEqualTo("inside".getBytes());
                read++;
            } catch (IOException | InvalidRequestException e) {
                // The link was there, or nothing: refused.
            }
        }
        done.set(true);
        swapper.get(30, TimeUnit.SECONDS);
        assertThat(read).isPositive();
    }

    @Test
    void doesNotFindFilesAboveTheLocation() throws IOException {
        SourceFiles files = roots.resolve("set");
        assertThat(files.match(List.of("../../secret", "**/secret", "/etc/passwd"), "files.train"))
                .isEmpty();
        assertThat(files.match(List.of("**"), "files.train")).hasSize(1);
    }

    @Test
    void tellsOfAFileWithoutTheLineBreaksInItsName() throws IOException {
        Files.createSymbolicLink(root.resolve("set/a\r\nERROR all is lost"), root.resolve("set"));
        SourceFiles files = roots.resolve("set");
        assertThatThrownBy(() -> files.open(root.resolve("set/a\r\nERROR all is lost")))
                .hasMessage("a??ERROR all is lost is not a regular file");
    }

    @Test
    void namesTheFieldOfABadGlob() {
        SourceFiles files = roots.resolve("set");
        assertThatThrownBy(() -> files.match(List.of("[a"), "files.train"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("files.train");
    }
}
