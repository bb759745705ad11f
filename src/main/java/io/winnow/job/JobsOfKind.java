package io.winnow.job;

import io.winnow.platform.NotFoundException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;

/**
 * What users do with jobs of one kind once they are accepted.
 *
 * @param <V> such a job as they see it
 */
public abstract class JobsOfKind<V> {

    private final String kind;
    private final JobRecords records;
    private final JobCommands commands;

    protected JobsOfKind(String kind, JobRecords records, JobCommands commands) {
        this.kind = kind;
        this.records = records;
        this.commands = commands;
    }

    /** With all that it has found. */
    protected abstract V whole(JobRecord job);

    /** As it stands in a list. */
    protected abstract V brief(JobRecord job);

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
