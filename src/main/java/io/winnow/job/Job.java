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
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A user's wish to have a dataset scored, and what became of it. Its transitions refuse what may not happen; callers hold
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
    private String scoreSets;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String noiseReport;

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
            UUID datasetId,
            RegisteredModel model,
            JobRequest request,
            @Nullable String idempotencyKey,
            @Nullable String createdBy,
            Instant now) {
        this.id = id;
        this.status = JobStatus.QUEUED;
        this.priority = (short) request.priority();
        this.datasetId = datasetId;
        this.dataset = request.dataset();
        this.model = StoredJson.write(model);
        this.request = StoredJson.write(request);
        this.runs = request.runs();
        this.idempotencyKey = idempotencyKey;
        this.createdBy = createdBy;
        this.requestDigest = StoredJson.digest(request);
        this.scoreSets = "[]";
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

    /** All runs are done and their scores published. */
    void succeed(List<ScoreSetRef> scoreSets, @Nullable NoiseReport noiseReport, Instant now) {
        requireStatus(JobStatus.RUNNING, "succeed");
        this.scoreSets = StoredJson.write(scoreSets);
        this.noiseReport = noiseReport == null ? null : StoredJson.write(noiseReport);
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

    JobRequest request() {
        return StoredJson.read(request, JobRequest.class);
    }

    int runs() {
        return runs;
    }

    byte[] requestDigest() {
        return requestDigest;
    }

    List<ScoreSetRef> scoreSets() {
        return List.of(StoredJson.read(scoreSets, ScoreSetRef[].class));
    }

    @Nullable
    NoiseReport noiseReport() {
        return noiseReport == null ? null : StoredJson.read(noiseReport, NoiseReport.class);
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
