package io.winnow.noise;

import io.winnow.job.JobCommands;
import io.winnow.job.JobIntake;
import io.winnow.job.JobRecords;
import io.winnow.job.JobRequest;
import io.winnow.job.JobStatus;
import io.winnow.job.JobSubjects.Subject;
import io.winnow.job.JobSubmissions;
import io.winnow.job.NewJob;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.NotFoundException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.stereotype.Component;

/** Noise audits: jobs that plant a few wrong labels to find those that were there before. */
@Component
public class NoiseAudits {

    private final JobIntake intake;
    private final JobSubmissions submissions;
    private final JobRecords records;
    private final JobCommands commands;

    NoiseAudits(JobIntake intake, JobSubmissions submissions, JobRecords records, JobCommands commands) {
        this.intake = intake;
        this.submissions = submissions;
        this.records = records;
        this.commands = commands;
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

    /** @throws NotFoundException when there is none */
    public NoiseAuditView require(UUID id) {
        return NoiseAuditView.of(records.require(NoiseAuditKind.ID, id), true);
    }

    /** The newest first; without reports. */
    public Page<NoiseAuditView> list(@Nullable JobStatus status, @Nullable String dataset, Pageable page) {
        return records.list(NoiseAuditKind.ID, status, dataset, page).map(job -> NoiseAuditView.of(job, false));
    }

    /**
     * Ends the audit now.
     *
     * @throws NotFoundException when there is none
     * @throws io.winnow.platform.ConflictException when it has succeeded or failed
     */
    public void cancel(UUID id) {
        commands.cancel(NoiseAuditKind.ID, id);
    }

    /**
     * Deletes an ended audit.
     *
     * @throws NotFoundException when there is none
     * @throws io.winnow.platform.ConflictException when it has not ended
     */
    public void delete(UUID id) {
        commands.delete(NoiseAuditKind.ID, id);
    }
}
