package io.winnow.job;

import io.winnow.platform.database.Outage;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryState;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** What must not be lost to a restart of the database is tried again, for as long as a claim can hold. */
@Component
class Insistence {

    private static final Logger log = LoggerFactory.getLogger(Insistence.class);

    private final RetryTemplate retries;

    Insistence(SchedulerTimes times) {
        this.retries = new RetryTemplate(RetryPolicy.builder()
                .includes(DataAccessException.class, TransactionException.class)
                .maxRetries(Math.max(1, times.dead().toSeconds()))
                .delay(Duration.ofMillis(800))
                .jitter(Duration.ofMillis(200))
                .build());
        retries.setRetryListener(new RetryListener() {
            @Override
            public void beforeRetry(RetryPolicy policy, Retryable<?> retryable, RetryState state) {
                log.warn(
                        "the database does not answer, what was asked of it is tried again: {}",
                        state.getLastException().toString());
            }
        });
    }

    /**
     * Tries for as long as the database is away, however long that is: for those who could do nothing else without it.
     *
     * @param access as in {@link #on}
     */
    <T> T whenBack(Supplier<T> access) {
        while (true) {
            try {
                return on(access);
            } catch (DataAccessException | TransactionException e) {
                if (!Outage.causes(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * @param access may be repeated, also where its answer was lost
     * @throws IllegalStateException when the thread is interrupted
     */
    <T> T on(Supplier<T> access) {
        try {
            return retries.execute(access::get);
        } catch (RetryException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
