package io.winnow.security;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API key as it is stored, which is without the key.
 *
 * @param name one that no other key in use has; callers are known by it
 * @param createdBy who made it; null for a caller without credentials
 * @param expiresAt null for never
 * @param revokedAt null while it is in use
 */
public record ApiKey(
        UUID id,
        String name,
        Scope scope,
        @Nullable String createdBy,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {}
