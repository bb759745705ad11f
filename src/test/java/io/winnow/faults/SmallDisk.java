package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A disk of a fixed size at a folder, as only root can have one, that can be filled to the last byte and emptied again. */
final class SmallDisk implements AutoCloseable {

    private final Path folder;
    private final Path ballast;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
    }

    /** A test that needs one is skipped where this process may not have it, and says so. */
    static void assumePossible() {
        Assumptions.assumeTrue(possible(), "a disk of its own needs root");
    }

    private static boolean possible() {
        try {
            Path folder = Files.createTempDirectory("disk");
            try {
                new SmallDisk(folder).mount(1).close();
                return true;
            } finally {
                Files.delete(folder);
            }
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            return false;
        }
    }

    static SmallDisk at(Path folder, int megabytes) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SmallDisk(folder).mount(megabytes);
    }

    private SmallDisk mount(int megabytes) {
        run("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + megabytes + "m", "winnow-faults", folder.toString());
        return this;
    }

    /** Takes all that is free, beside what it took before. */
    void fill() {
        byte[] page = new byte[4096];
        Arrays.fill(page, (byte) 1);
        try (OutputStream out = Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (Files.getFileStore(folder).getUsableSpace() > 0) {
                out.write(page);
            }
        } catch (IOException e) {
            // Somebody else took the last page.
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    void empty() {
        try {
            Files.deleteIfExists(ballast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Also where a process still has a file of it open. */
    @Override
    public void close() {
        run("umount", "-l", folder.toString());
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(List.of(command) + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
