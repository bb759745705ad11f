package io.winnow.platform.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process of its own that starts the embedded server on a home and then waits, in order to be killed. */
final class ServiceProcess {

    private static final String READY = "ready on ";

    private final Process process;
    private final int port;

    private ServiceProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedPostgres server = EmbeddedServer.start(Path.of(arguments[0]));
        System.out.println(READY + server.getPort());
        Thread.currentThread().join();
    }

    static ServiceProcess start(Path home) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServiceProcess.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                return new ServiceProcess(process, Integer.parseInt(line.substring(READY.length())));
            }
        }
        throw new IOException("the process ended before its server was ready");
    }

    int port() {
        return port;
    }

    /** As {@code kill -9} does it: the server that it started stays. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
