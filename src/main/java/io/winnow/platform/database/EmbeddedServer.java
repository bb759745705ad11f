package io.winnow.platform.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Starts a durable PostgreSQL server on the files under a home directory. The library's defaults are made for tests
 * (no fsync, no synchronous commit); here the data is the user's.
 */
final class EmbeddedServer {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedServer.class);

    /** Crash recovery after a kill can take long; a first start unpacks the server and creates the cluster. */
    private static final Duration LONGEST_START = Duration.ofSeconds(120);

    private static final String BINARIES = "postgres-bin";

    private EmbeddedServer() {}

    static EmbeddedPostgres start(Path home) {
        Path data = home.resolve("postgres");
        try {
            createPrivateDirectory(home);
            OrphanedServer.takeOver(data);
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                createCluster(home, data);
            }
            long started = System.nanoTime();
            EmbeddedPostgres server = builder(home, data).start();
            log.info(
                    "embedded PostgreSQL is ready on 127.0.0.1:{} after {} ms, data in {}",
                    server.getPort(),
                    Duration.ofNanos(System.nanoTime() - started).toMillis(),
                    data);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the embedded PostgreSQL in " + data, e);
        }
    }

    /**
     * Creates the cluster under a temporary name and renames it: a process killed half-way leaves nothing that looks like a
     * cluster. The server's own files are unpacked anew, since such a process may have left half of them.
     */
    private static void createCluster(Path home, Path data) throws IOException {
        Path fresh = home.resolve("postgres.new");
        deleteRecursively(fresh);
        deleteRecursively(data);
        deleteRecursively(home.resolve(BINARIES));
        builder(home, fresh).start().close();
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private static EmbeddedPostgres.Builder builder(Path home, Path data) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(home.resolve(BINARIES).toFile())
                .setRegisterShutdownHook(false)
                .setPGStartupWait(LONGEST_START)
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("encoding", "UTF8")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "60")
                .setServerConfig("shared_buffers", "128MB")
                .setServerConfig("max_wal_size", "2GB");
    }

    private static void createPrivateDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Files.createDirectories(directory);
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        }
    }

    private static void deleteRecursively(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Where the embedded server answers. It listens on the loopback address only and trusts local users. */
    record ConnectionDetails(int port, String database) implements JdbcConnectionDetails {

        @Override
        public String getUsername() {
            return "postgres";
        }

        @Override
        public String getPassword() {
            return "";
        }

        @Override
        public String getJdbcUrl() {
            return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
        }
    }
}
