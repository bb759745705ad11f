package io.winnow.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

class EmbeddedServerTests {

    /** Under target, not a temporary directory of the test framework: the server must outlive nothing. */
    Path home;

    @BeforeEach
    void createHome() throws IOException {
        home = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "embedded-server");
    }

    @AfterEach
    void deleteHome() throws IOException {
        FileSystemUtils.deleteRecursively(home);
    }

    @Test
    void keepsItsDataOverARestartAndWritesDurably() throws Exception {
        try (EmbeddedPostgres server = EmbeddedServer.start(home.toAbsolutePath())) {
            assertThat(ask(server, "SHOW fsync")).isEqualTo("on");
            assertThat(ask(server, "SHOW synchronous_commit")).isEqualTo("on");
            run(server, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        try (EmbeddedPostgres server = EmbeddedServer.start(home.toAbsolutePath())) {
            assertThat(ask(server, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void refusesADirectoryThatALiveServiceOwns() throws Exception {
        EmbeddedPostgres server = EmbeddedServer.start(home.toAbsolutePath());
        try {
            assertThatThrownBy(() -> EmbeddedServer.start(home.toAbsolutePath()))
                    .isInstanceOf(Exception.class);
            assertThat(ask(server, "SELECT 1")).isEqualTo("1");
        } finally {
            server.close();
        }
    }

    @Test
    void stopsTheServerOfAKilledServiceAndKeepsItsData() throws Exception {
        takesOverTheServerOfAKilledService(home.toAbsolutePath(), home.toAbsolutePath());
    }

    @Test
    void knowsTheServerOfAKilledServiceByAnotherPathToTheSameHome() throws Exception {
        Path link = home.resolve("link").toAbsolutePath();
        Path real = Files.createDirectory(home.resolve("real")).toAbsolutePath();
        Files.createSymbolicLink(link, real);
        takesOverTheServerOfAKilledService(real, link);
    }

    private static void takesOverTheServerOfAKilledService(Path first, Path second) throws Exception {
        ServiceProcess service = ServiceProcess.start(first);
        long orphan;
        try (Connection connection = connect(service.port());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
            service.kill();
            orphan = postmaster(second);
            assertThat(ProcessHandle.of(orphan))
                    .as("the killed service leaves its server")
                    .isPresent();
        }
        try (EmbeddedPostgres server = EmbeddedServer.start(second)) {
            assertThat(postmaster(second)).isNotEqualTo(orphan);
            assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
            assertThat(ask(server, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    private static long postmaster(Path home) throws IOException {
        return Long.parseLong(Files.readAllLines(home.resolve("postgres/postmaster.pid"))
                .get(0)
                .trim());
    }

    private static Connection connect(int port) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
    }

    @Test
    void removesAPidFileThatNamesAStrangersProcessAndLeavesTheStrangerAlone() throws Exception {
        EmbeddedServer.start(home.toAbsolutePath()).close();
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(
                    home.resolve("postgres/postmaster.pid"),
                    stranger.pid() + "\n" + home.resolve("postgres").toAbsolutePath()
                            + "\n0\n1\n\n127.0.0.1\n0 0\nready\n");
            try (EmbeddedPostgres server = EmbeddedServer.start(home.toAbsolutePath())) {
                assertThat(ask(server, "SELECT 1")).isEqualTo("1");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void startsAfreshWhenTheFirstStartWasKilledHalfWay() throws Exception {
        Path half = Files.createDirectories(home.resolve("postgres.new/base"));
        Files.writeString(half.resolve("rubbish"), "x");
        try (EmbeddedPostgres server = EmbeddedServer.start(home.toAbsolutePath())) {
            assertThat(ask(server, "SELECT 1")).isEqualTo("1");
        }
    }

    /** In processes of their own, for the library unpacks once a process. */
    @Test
    void unpacksTheServerAnewWhenTheFirstStartWasKilledWhileUnpackingIt() throws Exception {
        Path real = home.toAbsolutePath();
        ServiceProcess killed = ServiceProcess.start(real);
        killed.kill();
        ProcessHandle orphan = ProcessHandle.of(postmaster(real)).orElseThrow();
        orphan.destroyForcibly();
        orphan.onExit().join();
        FileSystemUtils.deleteRecursively(real.resolve("postgres"));
        try (Stream<Path> unpacked = Files.walk(real.resolve("postgres-bin"))) {
            Path program = unpacked.filter(path -> path.endsWith("bin/postgres"))
                    .findFirst()
                    .orElseThrow();
            Files.delete(program);
            Files.createFile(program);
        }
        ServiceProcess service = ServiceProcess.start(real);
        try (Connection connection = connect(service.port())) {
            assertThat(connection.isValid(10)).isTrue();
        } finally {
            service.kill();
            ProcessHandle.of(postmaster(real)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private static String ask(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    private static void run(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
