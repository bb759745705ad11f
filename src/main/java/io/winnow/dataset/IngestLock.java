package io.winnow.dataset;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;

/**
 * Sees to it that one process at a time ingests a dataset: an advisory lock of PostgreSQL on a connection of its own, which
 * the server lets go of when the process dies.
 */
@Component
final class IngestLock {

    private final DataSource dataSource;

    IngestLock(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** The lock of whom it is given to. */
    interface Held {

        /**
         * Asks the server, which lets go of the lock also when only the connection is gone: by a restart, or by a firewall that
         * forgets what is silent for long.
         *
         * @throws DataAccessResourceFailureException when the lock went with its connection, and may be another process's
         */
        void check();
    }

    private interface Taken extends AutoCloseable {
        @Override
        void close() throws SQLException;
    }

    /** Runs the work, or nothing when another process holds the lock. */
    void whileHeld(UUID dataset, Consumer<Held> work) {
        long key = dataset.getMostSignificantBits() ^ dataset.getLeastSignificantBits();
        try (Connection connection = dataSource.getConnection()) {
            if (call(connection, "SELECT pg_try_advisory_lock(?)", key)) {
                try (Taken lock = () -> call(connection, "SELECT pg_advisory_unlock(?)", key)) {
                    work.accept(() -> check(connection));
                }
            }
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("the lock of an ingest could not be taken or released", e);
        }
    }

    /** A connection that is lost is never made anew: where it answers, it is the one that took the lock. */
    private static void check(Connection connection) {
        try (PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
            statement.execute();
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("the lock of an ingest is lost with its connection", e);
        }
    }

    private static boolean call(Connection connection, String sql, long key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, key);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }
}
