package io.winnow.faults;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL of a test's own, in processes of its own, that can be stopped in any way and started again. */
final class PostgresServer implements AutoCloseable {

    private final Path folder;
    private final Path data;
    private final Path pgCtl;
    private final int port = freePort();

    /** Unpacks the server and makes a cluster; the library that does so hands the server over stopped. */
    PostgresServer(Path folder) {
        this.folder = folder;
        this.data = dataOf(folder);
        try {
            Files.createDirectories(folder);
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setLocaleConfig("locale", "C")
                    .setLocaleConfig("encoding", "UTF8")
                    .start();
            pgCtl = programOfTheServer().resolveSibling("pg_ctl");
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    static Path dataOf(Path folder) {
        return folder.resolve("postgres");
    }

    /** The library unpacks the server once, wherever it likes. */
    private Path programOfTheServer() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        return Path.of(ProcessHandle.of(pid).orElseThrow().info().command().orElseThrow());
    }

    int port() {
        return port;
    }

    static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(port), "postgres", "");
    }

    /** The first number of the first row. */
    double number(String sql) {
        return first(sql, row -> row.getDouble(1), 0.0);
    }

    /** The first field of the first row; empty when there is none. */
    String text(String sql) {
        return first(sql, row -> String.valueOf(row.getString(1)), "");
    }

    private <T> T first(String sql, Field<T> field, T none) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? field.of(row) : none;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is read of a row. */
    private interface Field<T> {
        T of(ResultSet row) throws SQLException;
    }

    void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void start() {
        control(
                "-w",
                "-t",
                "60",
                "-l",
                folder.resolve("postgres.log").toString(),
                "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off",
                "start");
    }

    /** As if the power of the server's machine failed: no connection is told, and recovery follows. */
    void stopImmediately() {
        control("-m", "immediate", "stop");
    }

    /** Every connection is told. */
    void stopFast() {
        control("-m", "fast", "stop");
    }

    @Override
    public void close() {
        control("-m", "immediate", "stop");
    }

    /** The server refuses to run as root; a user namespace makes it nobody. */
    private void control(String... arguments) {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(pgCtl.toString(), "-D", data.toString()));
        command.addAll(List.of(arguments));
        try {
            int code = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("pg_ctl.log").toFile()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException(command + " ended with " + code + ", see " + folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
