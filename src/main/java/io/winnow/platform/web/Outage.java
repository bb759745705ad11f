package io.winnow.platform.web;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells failures that pass by themselves – the database is away, busy or restarting – from defects. */
final class Outage {

    /**
     * SQL states: connection lost, server out of resources, going down or starting, broken off by a time limit, a lock not
     * had in time, a transaction that lost to another.
     */
    private static final Pattern PASSING = Pattern.compile("08...|53...|57P0.|57014|55P03|40001|40P01");

    private static final Set<String> CLOSED_POOL = Set.of("HikariDataSource", "HikariPool");
    private static final int DEEPEST = 20;

    private Outage() {}

    /** Whether the failure, or what caused it, is the database's and passes. */
    static boolean causes(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return true;
            }
            if (cause instanceof SQLException sql && isPassing(sql)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPassing(SQLException e) {
        if (e.getSQLState() != null) {
            return PASSING.matcher(e.getSQLState()).matches();
        }
        // A connection that the pool closed, or a pool that is being shut down, has no state to tell.
        String message = String.valueOf(e.getMessage());
        return message.startsWith("Connection is closed")
                || CLOSED_POOL.stream().anyMatch(message::startsWith);
    }
}
