package io.winnow.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The network between the service and its database, in three conditions. */
final class DatabaseProxy implements AutoCloseable {

    /** What happens to bytes on their way. */
    enum Mode {
        PASS,
        /** Connections are refused, and those that stand are reset. */
        CUT,
        /** Nothing arrives, and nobody is told: a cable pulled out behind a switch. */
        HOLE
    }

    private final ServerSocket server;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Mode mode = Mode.PASS;

    DatabaseProxy(int target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** What stood in the hole stays lost when bytes pass again: its other end gave up, or will. */
    void become(Mode next) {
        mode = next;
        if (next == Mode.CUT) {
            sockets.forEach(DatabaseProxy::closeQuietly);
            sockets.clear();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (mode == Mode.CUT) {
                    closeQuietly(client);
                    continue;
                }
                sockets.add(client);
                boolean lost = mode == Mode.HOLE;
                if (!lost) {
                    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
                    sockets.add(upstream);
                    daemon(() -> pump(client, upstream));
                    daemon(() -> pump(upstream, client));
                }
            } catch (IOException e) {
                // The server behind is away, or this end is being closed: the next accept tells.
            }
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        boolean lost = false;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                lost |= mode == Mode.HOLE;
                if (!lost) {
                    out.write(buffer, 0, n);
                    out.flush();
                }
            }
        } catch (IOException e) {
            // One end is gone, and with it the other.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    @Override
    public void close() {
        closeQuietly(server);
        sockets.forEach(DatabaseProxy::closeQuietly);
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is gone either way.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "database-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
