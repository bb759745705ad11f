package io.winnow.job;

import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.NotFoundException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;

/**
 * What users do with jobs of one kind.
 *
 * @param <R> what they ask for
 * @param <V> such a job as they see it
 */
public abstract class JobsOfKind<R, V> {

    /** The newest first. */
    public static final Sort ORDER = Sort.by(Sort.Order.desc("createdAt"), Sort.Order.asc("id"));

    private final String kind;
    private final JobIntake intake;
    private final JobRecords records;
    private final JobCommands commands;

    protected JobsOfKind(String kind, JobIntake intake, JobRecords records, JobCommands commands) {
        this.kind = kind;
        this.intake = intake;
        this.records = records;
        this.commands = commands;
    }

    /** Reads a body and notes what is wrong with it, without looking at what is registered. */
    protected abstract R read(byte @Nullable [] body, Collector violations);

    /**
     * Checks a request against what is registered.
     *
     * @param violations what is known to be wrong with it already
     * @return the job that it makes
     * @throws io.winnow.platform.InvalidRequestException naming all fields that are wrong
     */
    protected abstract NewJob check(R request, Collector violations);

    /** Told of each job once it is accepted. */
    protected void accepted(NewJob job) {}

    /** With all that it has found. */
    protected abstract V whole(JobRecord job);

    /** As it stands in a list. */
    protected abstract V brief(JobRecord job);

    /**
     * Accepts a job, once for its key: a request that comes again is answered before it is checked, for what it was about may
     * be gone by then.
     *
     * @param body the JSON of the request
     * @param key an idempotency key, or null: the same key of the same caller with the same request is the same job
     * @param caller who asks; null for one without credentials
     * @return the job's id
     * @throws io.winnow.platform.InvalidRequestException naming all fields that are wrong
     * @throws io.winnow.platform.UnprocessableException when the key came with another request before
     * @throws io.winnow.platform.ConflictException when the dataset is not ready, or changed since it was ingested, and nothing else is wrong
     * @throws io.winnow.platform.TooManyRequestsException when as many jobs as may be are waiting
     */
    public UUID submit(byte @Nullable [] body, @Nullable String key, @Nullable String caller) {
        Collector violations = new Collector();
        JobIntake.checkKey(key, violations);
        R request = read(body, violations);
        if (violations.isEmpty()) {
            Optional<UUID> earlier = intake.earlier(kind, caller, key, StoredJson.digestOfBody(body));
            if (earlier.isPresent()) {
                return earlier.get();
            }
        }
        NewJob job = check(request, violations);
        UUID id = intake.accept(job, StoredJson.digestOfBody(body), key, caller);
        accepted(job);
        return id;
    }

    /** @throws NotFoundException when there is none */
    public V require(UUID id) {
        return whole(records.require(kind, id));
    }

    /** The newest first, each without what it has found. */
    public Page<V> list(@Nullable JobStatus status, @Nullable String dataset, Pageable page) {
        return records.list(kind, status, dataset, page).map(this::brief);
    }

    /**
     * Ends it now.
     *
     * @throws NotFoundException when there is none
     * @throws io.winnow.platform.ConflictException when it has succeeded or failed
     */
    public void cancel(UUID id) {
        commands.cancel(kind, id);
    }

    /**
     * Deletes one that has ended.
     *
     * @throws NotFoundException when there is none
     * @throws io.winnow.platform.ConflictException when it has not ended
     */
    public void delete(UUID id) {
        commands.delete(kind, id);
    }
}
