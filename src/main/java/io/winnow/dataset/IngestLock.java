package io.winnow.dataset;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
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

    /** Runs the work, or nothing when another process holds the lock. */
    void whileHeld(UUID dataset, Runnable work) {
        long key = dataset.getMostSignificantBits() ^ dataset.getLeastSignificantBits();
        try (Connection connection = dataSource.getConnection()) {
            if (call(connection, "SELECT pg_try_advisory_lock(?)", key)) {
                try {
                    work.run();
                } finally {
                    call(connection, "SELECT pg_advisory_unlock(?)", key);
                }
            }
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("the lock of an ingest could not be taken or released", e);
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
