package io.winnow.job.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.winnow.job.checkpoint.CheckpointFolder.RunFolder;
import io.winnow.platform.WinnowProperties;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTests {

    private static final RunFolder RUN = new RunFolder(new UUID(1, 2), 3);

    @TempDir
    Path root;

    private final byte[] content = new byte[200_003];
    private CheckpointFolder folder;

    @BeforeEach
    void makeFolder() {
        new Random(1).nextBytes(content);
        WinnowProperties properties =
                new WinnowProperties(root, WinnowProperties.Role.ALL, null, new WinnowProperties.Data(List.of()));
        folder = new CheckpointFolder(new CheckpointSettings(true, root), properties);
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        assertThat(read(write(1, "a"))).isEqualTo(content);
        assertThat(read(folder.write(RUN, 1, "empty", out -> {}))).isEmpty();
        assertThat(files()).noneMatch(file -> file.endsWith(CheckpointFile.UNFINISHED));
    }

    @Test
    void noticesEveryChangedByte() throws IOException {
        Path file = root.resolve(write(1, "a"));
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 97) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << at % 8);
            assertRefused(file, changed);
        }
        for (int at = whole.length - 20; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            assertRefused(file, changed);
        }
    }

    @Test
    void noticesEveryCutAndEveryByteTooMany() throws IOException {
        Path file = root.resolve(write(1, "a"));
        byte[] whole = Files.readAllBytes(file);
        for (int length :
                new int[] {0, 1, 19, 20, 21, 65_536, whole.length - 21, whole.length - 20, whole.length - 1}) {
            assertRefused(file, Arrays.copyOf(whole, length));
        }
        assertRefused(file, Arrays.copyOf(whole, whole.length + 1));
    }

    @Test
    void leavesNothingOfWhatCannotBeWrittenAndKeepsWhatIsThere() throws IOException {
        String good = write(1, "a");
        assertThatIOException()
                .isThrownBy(() -> folder.write(RUN, 1, "a", out -> {
                    out.write(content);
                    throw new IOException("the source failed");
                }));
        assertThat(read(good)).isEqualTo(content);
        assertThat(files()).containsExactly(good);
    }

    @Test
    void leavesNothingOnAFullDisk() throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        String good = write(1, "a");
        Path unfinished = root.resolve(good).resolveSibling("b" + CheckpointFile.UNFINISHED);
        Files.createSymbolicLink(unfinished, full);
        assertThatIOException().isThrownBy(() -> write(1, "b")).withMessageContaining("No space left");
        assertThat(files()).containsExactly(good);
        assertThat(read(good)).isEqualTo(content);
    }

    @Test
    void prunesTheFilesOfEarlierClaimsButNotOfLaterOnes() throws IOException {
        String first = write(1, "a");
        String second = write(2, "b");
        String third = write(2, "c");
        String later = write(10, "d");
        folder.prune(RUN, 2, List.of(third));
        assertThat(files()).containsExactlyInAnyOrder(third, later).doesNotContain(first, second);
        assertThat(root.resolve(first).getParent()).doesNotExist();
    }

    @Test
    void knowsAndRemovesRuns() throws IOException {
        write(1, "a");
        RunFolder other = new RunFolder(RUN.job(), 4);
        folder.write(other, 1, "x", out -> out.write(1));
        Files.createDirectories(root.resolve("lost+found").resolve("run-1"));
        assertThat(folder.runs()).containsExactlyInAnyOrder(RUN, other);
        folder.delete(RUN);
        assertThat(folder.runs()).containsExactly(other);
        folder.delete(other);
        assertThat(root.resolve(RUN.job().toString())).doesNotExist();
        assertThat(root.resolve("lost+found")).exists();
    }

    private void assertRefused(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        assertThatIOException().isThrownBy(() -> CheckpointFile.open(file).close());
    }

    private String write(long fence, String name) throws IOException {
        return folder.write(RUN, fence, name, out -> out.write(content));
    }

    private byte[] read(String name) throws IOException {
        try (InputStream in = folder.open(name)) {
            return in.readAllBytes();
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> !Files.isDirectory(file))
                    .map(file -> root.relativize(file).toString())
                    .toList();
        }
    }
}
