package io.winnow.job;

import io.winnow.platform.ConflictException;
import io.winnow.platform.MostStored;
import io.winnow.platform.TooManyRequestsException;
import io.winnow.platform.database.StoredLimit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Bounds how many jobs wait: a flood is turned away at the door, and what waits behind it is still reached. And how many are kept:
 * what has ended waits for nobody, but stays.
 */
@Component
class QueueLimit {

    /** Of all locks that the service takes by number, the one for this count. */
    private static final long LOCK = 0x77696e6e_0001L;

    private static final Duration WORTH_ANOTHER_TRY = Duration.ofSeconds(30);

    private final JdbcClient jdbc;
    private final JobSettings settings;
    private final StoredLimit kept;

    QueueLimit(JdbcClient jdbc, JobSettings settings, MostStored most) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.kept = new StoredLimit(
                jdbc, "jobs, audits, evaluations and studies", "job", most.jobs(), "delete some that have ended first");
    }

    /**
     * Lets one more job in, in the caller's transaction: until its end no other is let in, so that the count is exact.
     *
     * @throws TooManyRequestsException when as many as may be are waiting
     * @throws ConflictException when as many as may be are kept
     */
    void admit(@Nullable String caller) {
        jdbc.sql("SELECT pg_advisory_xact_lock(:lock)")
                .param("lock", LOCK)
                .query((row, i) -> true)
                .single();
        kept.requireRoom();
        refuseFrom(settings.mostQueued(), waiting("true", null), "jobs are waiting");
        if (caller != null) {
            refuseFrom(
                    settings.mostQueuedPerCaller(),
                    waiting("created_by = :caller", caller),
                    "of your jobs are waiting");
        }
    }

    private long waiting(String whose, @Nullable String caller) {
        return jdbc.sql("SELECT count(*) FROM job WHERE status = 'QUEUED' AND " + whose)
                .param("caller", caller)
                .query(Long.class)
                .single();
    }

    private static void refuseFrom(int most, long waiting, String what) {
        if (waiting >= most) {
            throw new TooManyRequestsException(
                    "%d %s and more are not taken; try again when some have begun, or cancel some"
                            .formatted(waiting, what),
                    WORTH_ANOTHER_TRY);
        }
    }
}
