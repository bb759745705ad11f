package io.winnow.security;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The stored keys. Which of them hold is decided by the database's clock. */
@Component
class ApiKeyTable {

    private static final String COLUMNS = "id, name, scope, created_by, created_at, expires_at, revoked_at";
    private static final String HOLDS = "revoked_at is null and (expires_at is null or expires_at > now())";

    private final JdbcClient jdbc;

    ApiKeyTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws org.springframework.dao.DuplicateKeyException when a key in use has the name */
    ApiKey insert(String name, Scope scope, byte[] sha256, @Nullable String createdBy, @Nullable Instant expiresAt) {
        // A name whose key ran out is free again.
        jdbc.sql(
                        "update api_key set revoked_at = expires_at where name = ? and revoked_at is null and expires_at <= now()")
                .param(name)
                .update();
        return jdbc.sql("insert into api_key (" + COLUMNS
                        + ", sha256) values (?, ?, ?, ?, now(), ?, null, ?) returning " + COLUMNS)
                .params(
                        UUID.randomUUID(),
                        name,
                        scope.toString(),
                        createdBy,
                        expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC),
                        sha256)
                .query(ApiKeyTable::read)
                .single();
    }

    /** The key with this hash, while it holds. */
    Optional<ApiKey> find(byte[] sha256) {
        return jdbc.sql("select " + COLUMNS + " from api_key where sha256 = ? and " + HOLDS)
                .param(sha256)
                .query(ApiKeyTable::read)
                .optional();
    }

    /** Makes room: of more keys than these, those that ended longest ago are deleted, and none that holds. */
    void forgetThoseThatHoldNoMore(long most) {
        jdbc.sql("delete from api_key where id in (select id from api_key where not (" + HOLDS + ")"
                        + " order by least(revoked_at, expires_at)"
                        + " limit greatest(0, (select count(*) from api_key) - ?))")
                .param(most)
                .update();
    }

    long count() {
        return jdbc.sql("select count(*) from api_key").query(Long.class).single();
    }

    /** The newest first. */
    List<ApiKey> list(long offset, int limit) {
        return jdbc.sql("select " + COLUMNS + " from api_key order by created_at desc, id offset ? limit ?")
                .params(offset, limit)
                .query(ApiKeyTable::read)
                .list();
    }

    /** @return whether there is such a key; a second revocation changes nothing */
    boolean revoke(UUID id) {
        return jdbc.sql("update api_key set revoked_at = coalesce(revoked_at, now()) where id = ?")
                        .param(id)
                        .update()
                > 0;
    }

    private static ApiKey read(ResultSet row, int number) throws SQLException {
        return new ApiKey(
                row.getObject("id", UUID.class),
                row.getString("name"),
                Scope.valueOf(row.getString("scope").toUpperCase(Locale.ROOT)),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row.getTimestamp("expires_at")),
                instant(row.getTimestamp("revoked_at")));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
