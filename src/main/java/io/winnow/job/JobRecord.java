package io.winnow.job;

import io.winnow.model.RegisteredModel;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job of any kind at one moment, for the feature that its kind belongs to; it shows its users what they ought to see. */
public record JobRecord(
        UUID id,
        String kind,
        JobStatus status,
        UUID datasetId,
        String dataset,
        RegisteredModel model,
        JobView.Progress progress,
        List<JobView.RunResult> runResults,
        @Nullable JobError error,
        @Nullable String createdBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        Stored stored)
        implements JobState {

    /** The job's documents. */
    interface Stored {

        <T> T request(Class<T> type);

        <T> @Nullable T result(Class<T> type);
    }

    static JobRecord of(Job job, List<Run> runs) {
        return new JobRecord(
                job.id(),
                job.kind(),
                job.status(),
                job.datasetId(),
                job.dataset(),
                job.model(),
                JobView.progress(job, runs),
                JobView.results(runs),
                job.error(),
                job.createdBy(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt(),
                new Stored() {
                    @Override
                    public <T> T request(Class<T> type) {
                        return job.request(type);
                    }

                    @Override
                    public <T> @Nullable T result(Class<T> type) {
                        return job.result(type);
                    }
                });
    }

    /** The request as its kind stored it. */
    public <T> T request(Class<T> type) {
        return stored.request(type);
    }

    /** What came of it, as its kind stored it; null before it has succeeded. */
    public <T> @Nullable T result(Class<T> type) {
        return stored.result(type);
    }
}
