package io.winnow.noise;

import io.winnow.job.JobCommands;
import io.winnow.job.JobIntake;
import io.winnow.job.JobRecord;
import io.winnow.job.JobRecords;
import io.winnow.job.JobRequest;
import io.winnow.job.JobSubjects.Subject;
import io.winnow.job.JobsOfKind;
import io.winnow.job.NewJob;
import io.winnow.job.ScoringChecks;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.scoring.Seeds;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Noise audits: jobs that plant a few wrong labels to find those that were there before. */
@Component
public class NoiseAudits extends JobsOfKind<JobRequest, NoiseAuditView> {

    private final ScoringChecks checks;

    NoiseAudits(JobIntake intake, ScoringChecks checks, JobRecords records, JobCommands commands) {
        super(NoiseAuditKind.ID, intake, records, commands);
        this.checks = checks;
    }

    @Override
    protected JobRequest read(byte @Nullable [] body, Collector violations) {
        return NoiseAuditRequest.read(body, violations);
    }

    @Override
    protected NewJob check(JobRequest request, Collector violations) {
        Subject subject = checks.check(request, "", violations);
        return new NewJob(
                NoiseAuditKind.ID,
                subject.dataset(),
                subject.model(),
                request,
                Seeds.ofRuns(request.seed(), request.runs()),
                request.priority());
    }

    @Override
    protected NoiseAuditView whole(JobRecord job) {
        return NoiseAuditView.of(job, true);
    }

    @Override
    protected NoiseAuditView brief(JobRecord job) {
        return NoiseAuditView.of(job, false);
    }
}
