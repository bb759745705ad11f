package io.winnow.dynamics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.dynamics.DynamicsReport.GroupSeries;
import io.winnow.job.JobError;
import io.winnow.job.JobRecord;
import io.winnow.job.JobState;
import io.winnow.job.JobStatus;
import io.winnow.job.JobView;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A study as users see it, at one moment.
 *
 * @param request complete with defaults
 * @param alphas where the curves of a study of mode connectivity have their values; left out in lists
 * @param series as far as runs are done; left out in lists
 * @param runResults the runs that are done, in their order
 */
public record DynamicsView(
        UUID id,
        JobStatus status,
        DynamicsRequest request,
        JobView.Progress progress,
        @JsonInclude(JsonInclude.Include.NON_NULL) double @Nullable [] alphas,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<GroupSeries> series,
        List<JobView.RunResult> runResults,
        @Nullable JobError error,
        @Nullable String createdBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt)
        implements JobState {

    static DynamicsView of(JobRecord job, @Nullable DynamicsReport report) {
        DynamicsRequest request = job.request(DynamicsRequest.class);
        return new DynamicsView(
                job.id(),
                job.status(),
                request,
                job.progress(),
                report == null || !request.connects() ? null : request.path(),
                report == null ? null : report.series(),
                job.runResults(),
                job.error(),
                job.createdBy(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt());
    }
}
