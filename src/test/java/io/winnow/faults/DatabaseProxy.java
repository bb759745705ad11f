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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The network between the service and its database, in three conditions, and with an answer that is lost. */
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
    private final AtomicReference<String> doomed = new AtomicReference<>();
    private final AtomicInteger lostAnswers = new AtomicInteger();
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

    /**
     * Once: lets a transaction with this statement commit, and resets the connection in place of the answer.
     *
     * @param statement a part of it, in lower case
     */
    void loseAnswerToCommitOf(String statement) {
        lostAnswers.set(0);
        doomed.set(statement);
    }

    /** How many answers were lost since. */
    int lostAnswers() {
        return lostAnswers.get();
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
                    Connection connection = new Connection();
                    daemon(() -> pump(client, upstream, connection::asks));
                    daemon(() -> pump(upstream, client, connection::answers));
                }
            } catch (IOException e) {
                // The server behind is away, or this end is being closed: the next accept tells.
            }
        }
    }

    /** Is shown what passes, and may hold it back for ever by saying no. */
    private interface Watch {
        boolean lets(byte[] bytes, int length);
    }

    /** One connection, in both directions. */
    private final class Connection {

        private final Statements statements = new Statements();
        private volatile boolean inDoubt;

        boolean asks(byte[] bytes, int length) {
            String statement = doomed.get();
            if (statements.commits(statement == null ? "\0" : statement, bytes, length)
                    && doomed.compareAndSet(statement, null)) {
                inDoubt = true;
            }
            return true;
        }

        /** What comes back after the commit was sent says that it was done: nobody hears of it. */
        boolean answers(byte[] bytes, int length) {
            if (inDoubt) {
                lostAnswers.incrementAndGet();
            }
            return !inDoubt;
        }
    }

    private void pump(Socket from, Socket to, Watch watch) {
        byte[] buffer = new byte[8192];
        boolean lost = false;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                lost |= mode == Mode.HOLE;
                if (!lost && !watch.lets(buffer, n)) {
                    return;
                }
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
