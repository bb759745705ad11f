package io.winnow.surrogate.djl;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that is confined as that of a module, or is not, and then tries what a module must not do. */
final class ConfinedAttempts {

    private static final long MEMORY = 4L << 30;

    private ConfinedAttempts() {}

    private interface Attempt {
        void run() throws Exception;
    }

    /** What came of each attempt, one a line. */
    static List<String> of(Path module, Path folder, boolean confined) throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            ProcessBuilder builder = new ProcessBuilder(JavaCommand.of(
                    ConfinedAttempts.class,
                    List.of(
                            module.toString(),
                            folder.toString(),
                            Integer.toString(listening.getLocalPort()),
                            Boolean.toString(confined))));
            JavaCommand.keepEngineSettings(builder.environment());
            Process process =
                    builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return process.inputReader().lines().toList();
        }
    }

    /** @param arguments the module's file, a folder, the port of a server, and whether to be confined */
    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[2]);
        Path written = Path.of(arguments[1]).resolve("attempt");
        if (Boolean.parseBoolean(arguments[3])) {
            Confinement.enter(Path.of(arguments[0]), false, MEMORY);
        }
        attempt("connect", () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
        attempt("listen", () -> new ServerSocket(0).close());
        attempt("send", () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getLoopbackAddress(), port));
            }
        });
        attempt(
                "local socket",
                () -> SocketChannel.open(StandardProtocolFamily.UNIX).close());
        attempt("programme", () -> new ProcessBuilder("/bin/true").start().waitFor());
        attempt("write", () -> Files.write(written, "x".getBytes(StandardCharsets.UTF_8)));
    }

    private static void attempt(String what, Attempt attempt) {
        try {
            attempt.run();
            System.out.println(what + ": done");
        } catch (Exception | LinkageError e) {
            System.out.println(what + ": refused");
        }
    }
}
