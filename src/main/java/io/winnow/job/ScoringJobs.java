package io.winnow.job;

import io.winnow.job.JobSubjects.Subject;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.NotFoundException;
import io.winnow.scoring.Seeds;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Jobs that score a dataset. */
@Component
public class ScoringJobs extends JobsOfKind<JobRequest, JobView> {

    private final ScoringChecks checks;
    private final JobRecords records;
    private final Measurements measurements;
    private final Estimates estimates;

    ScoringJobs(
            JobIntake intake,
            ScoringChecks checks,
            JobRecords records,
            JobCommands commands,
            Measurements measurements,
            Estimates estimates) {
        super(ScoringKind.ID, intake, records, commands);
        this.checks = checks;
        this.records = records;
        this.measurements = measurements;
        this.estimates = estimates;
    }

    @Override
    protected JobRequest read(byte @Nullable [] body, Collector violations) {
        return JobRequestReader.read(body, violations);
    }

    @Override
    protected NewJob check(JobRequest request, Collector violations) {
        Subject subject = checks.check(request, "labelNoise.", violations);
        return new NewJob(
                ScoringKind.ID,
                subject.dataset(),
                subject.model(),
                request,
                Seeds.ofRuns(request.seed(), request.runs()),
                request.priority());
    }

    @Override
    protected void accepted(NewJob job) {
        measurements.want(Estimates.wanted((JobRequest) job.request(), job.model(), job.dataset()));
    }

    /**
     * Checks a request as {@link #submit} does and estimates it; makes no job. Waits a little for a worker to time the network
     * where none has.
     *
     * @throws io.winnow.platform.InvalidRequestException naming all fields that are wrong
     * @throws io.winnow.platform.UnprocessableException when the model cannot be trained on the dataset
     */
    public DryRun dryRun(byte @Nullable [] body) {
        Collector violations = new Collector();
        JobRequest request = read(body, violations);
        Subject subject = checks.check(request, "labelNoise.", violations);
        return estimates.await(request, subject.model(), subject.dataset());
    }

    @Override
    protected JobView whole(JobRecord job) {
        return JobView.of(job, estimates.of(job));
    }

    @Override
    protected JobView brief(JobRecord job) {
        return JobView.of(job, null);
    }

    /**
     * The accuracies of its runs by epoch.
     *
     * @throws NotFoundException when there is none
     */
    public JobEpochs epochs(UUID id) {
        return JobEpochs.of(records.histories(ScoringKind.ID, id));
    }
}
