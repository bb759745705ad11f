package io.winnow.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.evaluation.EvaluationReport.PointReport;
import io.winnow.evaluation.EvaluationReport.SmallestRatio;
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
 * An evaluation as users see it, at one moment.
 *
 * @param request complete with defaults
 * @param points as far as runs are done; left out in lists, as {@code smallestRatios}
 * @param runResults the trainings that are done, in their order
 */
public record EvaluationView(
        UUID id,
        JobStatus status,
        EvaluationRequest request,
        JobView.Progress progress,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<PointReport> points,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<SmallestRatio> smallestRatios,
        List<JobView.RunResult> runResults,
        @Nullable JobError error,
        @Nullable String createdBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt)
        implements JobState {

    static EvaluationView of(JobRecord job, @Nullable EvaluationReport report) {
        return new EvaluationView(
                job.id(),
                job.status(),
                job.request(EvaluationPlan.class).request(),
                job.progress(),
                report == null ? null : report.points(),
                report == null ? null : report.smallestRatios(),
                job.runResults(),
                job.error(),
                job.createdBy(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt());
    }
}
