package io.winnow.job;

import io.winnow.model.RegisteredModel;
import io.winnow.platform.ConflictException;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A user's wish, such as to have a dataset scored, and what became of it. Its transitions refuse what may not happen; callers hold
 * the job's row lock, so that of two that want to end it one comes second.
 */
@Entity
@Table(name = "job")
@DynamicUpdate
class Job {

    @Id
    private UUID id;

    @Version
    private @Nullable Long version;

    @Enumerated(EnumType.STRING)
    private JobStatus status;

    private String kind;
    private short priority;
    private UUID datasetId;
    private String dataset;

    @JdbcTypeCode(SqlTypes.JSON)
    private String model;

    @JdbcTypeCode(SqlTypes.JSON)
    private String request;

    private int runs;
    private @Nullable String idempotencyKey;
    private @Nullable String createdBy;
    private byte[] requestDigest;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String result;

    private @Nullable String errorTitle;

    @Column(length = 4000)
    private @Nullable String errorDetail;

    private Instant createdAt;
    private @Nullable Instant startedAt;
    private @Nullable Instant finishedAt;

    @SuppressWarnings("NullAway") // filled in by the persistence provider
    Job() {}

    Job(
            UUID id,
            NewJob job,
            byte[] requestDigest,
            @Nullable String idempotencyKey,
            @Nullable String createdBy,
            Instant now) {
        this.id = id;
        this.status = JobStatus.QUEUED;
        this.kind = job.kind();
        this.priority = (short) job.priority();
        this.datasetId = job.dataset().id();
        this.dataset = job.dataset().name();
        this.model = StoredJson.write(job.model());
        this.request = StoredJson.write(job.request());
        this.runs = job.seeds().size();
        this.idempotencyKey = idempotencyKey;
        this.createdBy = createdBy;
        this.requestDigest = requestDigest;
        this.createdAt = now;
    }

    /** The first of its runs is about to begin; for the others nothing changes. */
    void start(Instant now) {
        if (status == JobStatus.QUEUED) {
            status = JobStatus.RUNNING;
            startedAt = now;
        }
        requireStatus(JobStatus.RUNNING, "start a run");
    }

    /** All runs are done and what they found is brought together. */
    void succeed(@Nullable Object result, Instant now) {
        requireStatus(JobStatus.RUNNING, "succeed");
        this.result = result == null ? null : StoredJson.write(result);
        end(JobStatus.SUCCEEDED, now);
    }

    /** A run, or the publication of the scores, cannot be done. */
    void fail(JobError error, Instant now) {
        if (status.ended()) {
            throw new IllegalStateException("job %s is %s and cannot fail".formatted(id, status));
        }
        errorTitle = error.title();
        errorDetail = error.detail();
        end(JobStatus.FAILED, now);
    }

    /**
     * The user changed their mind.
     *
     * @return whether that changed anything: a second cancel does not
     */
    boolean cancel(Instant now) {
        if (status == JobStatus.CANCELLED) {
            return false;
        }
        if (status.ended()) {
            throw new ConflictException("job %s has ended (%s) and cannot be cancelled any more".formatted(id, status));
        }
        end(JobStatus.CANCELLED, now);
        return true;
    }

    void requireEnded() {
        if (!status.ended()) {
            throw new ConflictException(
                    "job %s is %s; cancel it before it is deleted (POST /jobs/%s/cancel)".formatted(id, status, id));
        }
    }

    private void end(JobStatus end, Instant now) {
        status = end;
        finishedAt = now;
    }

    private void requireStatus(JobStatus required, String what) {
        if (status != required) {
            throw new IllegalStateException("job %s is %s and cannot %s".formatted(id, status, what));
        }
    }

    UUID id() {
        return id;
    }

    JobStatus status() {
        return status;
    }

    String kind() {
        return kind;
    }

    int priority() {
        return priority;
    }

    UUID datasetId() {
        return datasetId;
    }

    String dataset() {
        return dataset;
    }

    RegisteredModel model() {
        return StoredJson.read(model, RegisteredModel.class);
    }

    /** The request of a scoring job, or of another kind that scores. */
    JobRequest request() {
        return request(JobRequest.class);
    }

    /** The request, or those parts of it that the type has. */
    <T> T request(Class<T> type) {
        return StoredJson.read(request, type);
    }

    /** What requests of all kinds say. */
    Basics basics() {
        return request(Basics.class);
    }

    /**
     * What requests of all kinds say.
     *
     * @param epochs of the training of a run
     */
    record Basics(String device, int epochs, JobRequest.Training training) {}

    int runs() {
        return runs;
    }

    byte[] requestDigest() {
        return requestDigest;
    }

    /** What came of it; null before it has succeeded. */
    <T> @Nullable T result(Class<T> type) {
        return result == null ? null : StoredJson.read(result, type);
    }

    @Nullable
    JobError error() {
        return errorTitle == null ? null : new JobError(errorTitle, String.valueOf(errorDetail));
    }

    @Nullable
    String createdBy() {
        return createdBy;
    }

    Instant createdAt() {
        return createdAt;
    }

    @Nullable
    Instant startedAt() {
        return startedAt;
    }

    @Nullable
    Instant finishedAt() {
        return finishedAt;
    }
}
