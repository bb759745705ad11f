package io.winnow.noise;

import io.winnow.job.JobCommands;
import io.winnow.job.JobIntake;
import io.winnow.job.JobRecord;
import io.winnow.job.JobRecords;
import io.winnow.job.JobRequest;
import io.winnow.job.JobSubjects.Subject;
import io.winnow.job.JobSubmissions;
import io.winnow.job.JobsOfKind;
import io.winnow.job.NewJob;
import io.winnow.platform.InvalidRequestException.Collector;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Noise audits: jobs that plant a few wrong labels to find those that were there before. */
@Component
public class NoiseAudits extends JobsOfKind<NoiseAuditView> {

    private final JobIntake intake;
    private final JobSubmissions submissions;

    NoiseAudits(JobIntake intake, JobSubmissions submissions, JobRecords records, JobCommands commands) {
        super(NoiseAuditKind.ID, records, commands);
        this.intake = intake;
        this.submissions = submissions;
    }

    /**
     * Accepts an audit.
     *
     * @param body the JSON of the request, see {@link NoiseAuditRequest}
     * @param key an idempotency key, or null: the same key of the same caller with the same request is the same audit
     * @param caller who asks; null for one without credentials
     * @throws io.winnow.platform.InvalidRequestException naming all fields that are wrong
     * @throws io.winnow.platform.ConflictException when the dataset is not ready, and nothing else is wrong
     */
    public UUID submit(byte @Nullable [] body, @Nullable String key, @Nullable String caller) {
        Collector violations = new Collector();
        intake.checkKey(key, violations);
        JobRequest request = NoiseAuditRequest.read(body, violations);
        Subject subject = submissions.check(request, violations);
        return intake.accept(
                new NewJob(
                        NoiseAuditKind.ID,
                        subject.dataset(),
                        subject.model(),
                        request,
                        JobSubmissions.seeds(request.seed(), request.runs()),
                        request.priority()),
                key,
                caller);
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
