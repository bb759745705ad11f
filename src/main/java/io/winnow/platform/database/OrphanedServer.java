package io.winnow.platform.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service killed with SIGKILL leaves its PostgreSQL running: it must be stopped before another starts on the same files.
 * The pid in {@code postmaster.pid} may meanwhile belong to a stranger, which must be left alone.
 */
final class OrphanedServer {

    private static final Logger log = LoggerFactory.getLogger(OrphanedServer.class);

    /** The embedded server's library locks this file in the data directory for as long as its process lives. */
    private static final String OWNER_LOCK = "epg-lock";

    private static final Duration LONGEST_SHUTDOWN = Duration.ofSeconds(30);

    private OrphanedServer() {}

    /**
     * Stops an orphaned server on the data directory and removes a stale pid file.
     *
     * @throws IllegalStateException when another live service owns the directory
     */
    static void takeOver(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(
                        data.resolve(OWNER_LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new IllegalStateException(
                        "another running service owns the database in %s; stop it or choose another winnow.home"
                                .formatted(data));
            }
            Optional<ProcessHandle> server = serverOf(pidFile, data);
            if (server.isPresent()) {
                log.warn(
                        "stopping PostgreSQL {} that an earlier, killed service left running on {}",
                        server.get().pid(),
                        data);
                stop(server.get());
            }
            Files.deleteIfExists(pidFile);
        }
    }

    private static Optional<ProcessHandle> serverOf(Path pidFile, Path data) throws IOException {
        List<String> lines = Files.readAllLines(pidFile);
        try {
            // The server's own name of the directory, which another path may have led to than does now.
            Path named = Path.of(lines.get(1).trim());
            return ProcessHandle.of(Long.parseLong(lines.get(0).trim()))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> isPostgresOn(process, named))
                    .filter(process -> isSameDirectory(named, data));
        } catch (NumberFormatException | IndexOutOfBoundsException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean isSameDirectory(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isPostgresOn(ProcessHandle process, Path data) {
        String command = process.info().commandLine().orElse("");
        return command.contains("postgres") && command.contains(data.toString());
    }

    /** SIGINT is PostgreSQL's fast shutdown: it ends the sessions and writes a checkpoint. */
    private static void stop(ProcessHandle server) throws IOException {
        new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).start();
        try {
            server.onExit().get(LONGEST_SHUTDOWN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            log.warn("PostgreSQL {} did not stop within {}; killing it", server.pid(), LONGEST_SHUTDOWN);
            server.destroyForcibly();
            server.onExit().join();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot wait for PostgreSQL " + server.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while PostgreSQL " + server.pid() + " stops", e);
        }
    }
}
