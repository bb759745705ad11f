package io.winnow.job;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.TooManyRequestsException;
import io.winnow.platform.UnprocessableException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Stores jobs of every kind together with the tasks that do them, each once for its idempotency key. */
@Component
public class JobIntake {

    private static final Logger log = LoggerFactory.getLogger(JobIntake.class);
    private static final String KEY = "Idempotency-Key";
    private static final int LONGEST_KEY = 255;

    private final Jobs jobs;
    private final RunTable runs;
    private final JobTasks tasks;
    private final QueueLimit limit;
    private final TransactionOperations transaction;
    private final ObservationRegistry observations;

    JobIntake(
            Jobs jobs,
            RunTable runs,
            JobTasks tasks,
            QueueLimit limit,
            TransactionOperations transaction,
            ObservationRegistry observations) {
        this.jobs = jobs;
        this.runs = runs;
        this.tasks = tasks;
        this.limit = limit;
        this.transaction = transaction;
        this.observations = observations;
    }

    /** Notes what is wrong with an idempotency key. */
    static void checkKey(@Nullable String key, Collector violations) {
        violations.require(key == null || isPrintable(key), KEY, "must be 1 to 255 visible ASCII characters");
    }

    /**
     * The job that the same caller asked for with the same key before.
     *
     * @param digest of the request as it came, see {@link StoredJson#digestOfBody}: what defaults it gets is each release's own affair
     * @throws UnprocessableException when the key came with another request
     */
    Optional<UUID> earlier(String kind, @Nullable String caller, @Nullable String key, byte[] digest) {
        return key == null
                ? Optional.empty()
                : jobs.findByIdempotencyKey(caller, key).map(job -> {
                    if (!job.kind().equals(kind) || !Arrays.equals(job.requestDigest(), digest)) {
                        throw new UnprocessableException(
                                "the Idempotency-Key was used for another request before, %s %s; use a new key"
                                        .formatted(JobKinds.noun(job.kind()), job.id()));
                    }
                    return job.id();
                });
    }

    /**
     * Accepts a job that was checked.
     *
     * @param digest as in {@link #earlier}
     * @param key an idempotency key, or null: the same key of the same caller with the same request is the same job
     * @param caller who asks; null for one without credentials
     * @return the job's id
     * @throws UnprocessableException when the key came with another request before
     * @throws TooManyRequestsException when as many jobs as may be are waiting
     * @throws ConflictException when as many jobs as may be are kept
     */
    UUID accept(NewJob job, byte[] digest, @Nullable String key, @Nullable String caller) {
        UUID id = UUID.randomUUID();
        try {
            transaction.executeWithoutResult(status -> {
                limit.admit(caller);
                jobs.saveAndFlush(new Job(id, job, digest, key, caller, runs.now()));
                runs.create(id, job.seeds());
                tasks.scheduleRuns(id, job.seeds().size(), job.priority(), runs.now());
            });
            tell(id, job);
            return id;
        } catch (DataIntegrityViolationException | TooManyRequestsException | ConflictException e) {
            // Another request with the same key was faster: the unique index let one of them through, or it took the
            // last place.
            return earlier(job.kind(), caller, key, digest).orElseThrow(() -> e);
        }
    }

    private void tell(UUID id, NewJob job) {
        Observation call = observations.getCurrentObservation();
        if (call != null) {
            call.highCardinalityKeyValue("winnow.job.id", id.toString());
        }
        try (LogContext named = LogContext.of(id)) {
            log.info(
                    "{} {} is accepted: {} runs on dataset {}",
                    JobKinds.noun(job.kind()),
                    id,
                    job.seeds().size(),
                    job.dataset().name());
        }
    }

    private static boolean isPrintable(String key) {
        return !key.isEmpty() && key.length() <= LONGEST_KEY && key.chars().allMatch(c -> c > ' ' && c < 127);
    }
}
