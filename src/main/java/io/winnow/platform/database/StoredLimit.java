package io.winnow.platform.database;

import io.winnow.platform.ConflictException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Bounds how many things of one kind are stored, so that no caller fills the database by asking often enough. Exact however many
 * come at once, and held up by none that is slow: the lock is taken when all is written, and kept to the commit only.
 */
public final class StoredLimit {

    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('stored ' || :kind, 0))";

    private final JdbcClient jdbc;
    private final String kind;
    private final String rows;
    private final long most;
    private final String remedy;

    /**
     * @param kind what is counted, in the plural
     * @param rows the rows that are counted: a table, with a condition where not all of it counts
     * @param remedy what to do when there are too many
     */
    public StoredLimit(JdbcClient jdbc, String kind, String rows, long most, String remedy) {
        this.jdbc = jdbc;
        this.kind = kind;
        this.rows = rows;
        this.most = most;
        this.remedy = remedy;
    }

    /**
     * Spares the work on one more where there is no room for it anyway.
     *
     * @throws ConflictException when there are as many as may be
     */
    public void requireRoom() {
        refuseIf(stored() >= most);
    }

    /**
     * Lets in what the caller's transaction has just inserted. Others that insert wait for the end of that transaction, so this
     * comes last in it.
     *
     * @throws ConflictException when there were as many as may be before
     */
    public void admit() {
        jdbc.sql(LOCK).param("kind", kind).query((row, i) -> true).single();
        refuseIf(stored() > most);
    }

    private long stored() {
        return jdbc.sql("SELECT count(*) FROM " + rows).query(Long.class).single();
    }

    private void refuseIf(boolean full) {
        if (full) {
            throw new ConflictException(
                    "there are %d %s already, and more are not kept; %s".formatted(most, kind, remedy));
        }
    }
}
