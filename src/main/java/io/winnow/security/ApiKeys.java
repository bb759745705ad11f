package io.winnow.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.MostStored;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.database.StoredLimit;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.Pageable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * API keys: those that the process was started with, and those in the database that administrators make and revoke. What the
 * database said of a key is believed for {@link #BELIEVED}, so that a revocation holds in every process soon after.
 */
@Component
public class ApiKeys {

    static final Duration BELIEVED = Duration.ofSeconds(3);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final ApiKeyTable table;
    private final TransactionOperations transaction;
    private final long most;
    private final StoredLimit limit;
    private final Map<String, Started> started = new TreeMap<>();
    private final Cache<ByteBuffer, Optional<ApiKey>> known =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(BELIEVED).build();

    ApiKeys(
            ApiKeyTable table,
            SecuritySettings settings,
            TransactionOperations transaction,
            JdbcClient jdbc,
            MostStored most) {
        this.table = table;
        this.transaction = transaction;
        this.most = most.apiKeys();
        this.limit = new StoredLimit(
                jdbc, "API keys", "api_key", this.most, "revoke some, or winnow.most-stored.api-keys allows more");
        settings.givenKeys().forEach((name, key) -> {
            byte[] sha256 = SecuritySettings.isGiven(key.sha256())
                    ? HexFormat.of().parseHex(key.sha256())
                    : KeyText.sha256(String.valueOf(key.value()));
            started.put(name, new Started(new Holder(name, key.scope()), sha256));
        });
    }

    /**
     * Makes a key.
     *
     * @param createdBy who asks for it; null for a caller without credentials
     * @param expiresAt null for never
     * @return the key itself, which is kept nowhere, and what is stored of it
     * @throws InvalidRequestException naming all that is wrong
     * @throws ConflictException when a key in use has the name, or there are too many
     */
    public Made create(
            @Nullable String name, @Nullable Scope scope, @Nullable Instant expiresAt, @Nullable String createdBy) {
        new InvalidRequestException.Collector()
                .require(
                        name != null && NAME.matcher(name).matches(),
                        "name",
                        "must be 1 to 63 of the characters a-z 0-9 . _ - and begin with a letter or digit")
                .require(scope != null, "scope", "must be one of read, submit, admin")
                .require(expiresAt == null || expiresAt.isAfter(Instant.now()), "expiresAt", "must be in the future")
                .throwIfAny();
        String checkedName = String.valueOf(name);
        if (started.containsKey(checkedName)) {
            throw taken(checkedName);
        }
        String key = KeyText.random();
        try {
            return transaction.execute(status -> {
                table.forgetThoseThatHoldNoMore(most - 1);
                ApiKey stored = table.insert(checkedName, scope, KeyText.sha256(key), createdBy, expiresAt);
                limit.admit();
                return new Made(key, stored);
            });
        } catch (DuplicateKeyException e) {
            throw taken(checkedName);
        }
    }

    private static ConflictException taken(String name) {
        return new ConflictException(
                "a key called '%s' is in use; revoke it first or choose another name".formatted(name));
    }

    /** The stored keys, the newest first, with those that hold no more. */
    public Page<ApiKey> list(Pageable page) {
        return new PageImpl<>(table.list(page.getOffset(), page.getPageSize()), page, table.count());
    }

    /** @throws NotFoundException when there is none */
    public void revoke(UUID id) {
        if (!table.revoke(id)) {
            throw new NotFoundException("there is no API key %s; GET /api-keys lists them".formatted(id));
        }
        known.invalidateAll();
    }

    /** Who holds the key, if it holds. */
    Optional<Holder> holder(String key) {
        byte[] sha256 = KeyText.sha256(key);
        Holder match = null;
        for (Started candidate : started.values()) {
            if (MessageDigest.isEqual(candidate.sha256(), sha256)) {
                match = candidate.holder();
            }
        }
        return match != null
                ? Optional.of(match)
                : known.get(ByteBuffer.wrap(sha256), hash -> table.find(hash.array()))
                        .map(stored -> new Holder(stored.name(), stored.scope()));
    }

    /** @param key as the caller must keep it: it is shown this once */
    public record Made(String key, ApiKey stored) {

        @Override
        public String toString() {
            return "the new key " + stored.name();
        }
    }

    /** A caller, by the name of their key. */
    record Holder(String name, Scope scope) {}

    private record Started(Holder holder, byte[] sha256) {}
}
