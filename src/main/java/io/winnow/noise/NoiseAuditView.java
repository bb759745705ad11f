package io.winnow.noise;

import io.winnow.job.JobError;
import io.winnow.job.JobRecord;
import io.winnow.job.JobRequest;
import io.winnow.job.JobState;
import io.winnow.job.JobStatus;
import io.winnow.job.JobView;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A noise audit as users see it, at one moment.
 *
 * @param request complete with defaults
 * @param report null before it has succeeded, and in lists
 * @param runResults the runs that are done, in their order
 */
public record NoiseAuditView(
        UUID id,
        JobStatus status,
        NoiseAuditRequest request,
        JobView.Progress progress,
        @Nullable NoiseAuditReport report,
        List<JobView.RunResult> runResults,
        @Nullable JobError error,
        @Nullable String createdBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt)
        implements JobState {

    static NoiseAuditView of(JobRecord job, boolean whole) {
        return new NoiseAuditView(
                job.id(),
                job.status(),
                NoiseAuditRequest.of(job.request(JobRequest.class)),
                job.progress(),
                whole ? job.result(NoiseAuditReport.class) : null,
                job.runResults(),
                job.error(),
                job.createdBy(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt());
    }
}
