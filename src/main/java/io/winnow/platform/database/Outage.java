package io.winnow.platform.database;

import io.winnow.platform.Causes;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tells failures that pass by themselves – the database is away, busy or restarting – from defects. */
public final class Outage {

    /**
     * SQL states: connection lost, server out of resources, going down or starting, broken off by a time limit, a lock not
     * had in time, a transaction that lost to another.
     */
    private static final Pattern PASSING = Pattern.compile("08...|53...|57P0.|57014|55P03|40001|40P01");

    private static final Set<String> CLOSED_POOL = Set.of("HikariDataSource", "HikariPool");
    private static final String DISK_FULL = "53100";

    private Outage() {}

    /** Whether the failure, or what caused it, is the database's and passes. */
    public static boolean causes(Throwable failure) {
        return any(failure, e -> e instanceof SQLTransientConnectionException || isPassing(e));
    }

    /** Whether no connection could even be had: what was to be done over it is not the reason. */
    public static boolean isAway(Throwable failure) {
        return (failure instanceof CannotCreateTransactionException
                        || failure instanceof CannotGetJdbcConnectionException)
                && causes(failure);
    }

    /** Whether the database had no room on its disk for what it was to keep: that says nothing of what it was. */
    public static boolean isFullDisk(Throwable failure) {
        return any(failure, e -> DISK_FULL.equals(e.getSQLState()));
    }

    private static boolean any(Throwable failure, Predicate<SQLException> wanted) {
        return Causes.any(failure, cause -> cause instanceof SQLException sql && wanted.test(sql));
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
