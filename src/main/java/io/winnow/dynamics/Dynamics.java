package io.winnow.dynamics;

import io.winnow.job.DryRun;
import io.winnow.job.JobCommands;
import io.winnow.job.JobEstimates;
import io.winnow.job.JobEstimates.Asked;
import io.winnow.job.JobIntake;
import io.winnow.job.JobRecord;
import io.winnow.job.JobRecords;
import io.winnow.job.JobSubjects;
import io.winnow.job.JobSubjects.Subject;
import io.winnow.job.JobsOfKind;
import io.winnow.job.NewJob;
import io.winnow.job.NoisyLabels;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.scoring.Seeds;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Studies of training dynamics: jobs that look into trainings, and what they show. */
@Component
public class Dynamics extends JobsOfKind<DynamicsRequest, DynamicsView> {

    private final JobSubjects subjects;
    private final StudyGroups groups;
    private final JobRecords records;
    private final JobEstimates estimates;

    Dynamics(
            JobIntake intake,
            JobSubjects subjects,
            StudyGroups groups,
            JobRecords records,
            JobCommands commands,
            JobEstimates estimates) {
        super(DynamicsKind.ID, intake, records, commands);
        this.subjects = subjects;
        this.groups = groups;
        this.records = records;
        this.estimates = estimates;
    }

    @Override
    protected DynamicsRequest read(byte @Nullable [] body, Collector violations) {
        return DynamicsRequestReader.read(body, violations);
    }

    @Override
    protected NewJob check(DynamicsRequest request, Collector violations) {
        Subject subject = subject(request, violations);
        return new NewJob(
                DynamicsKind.ID,
                subject.dataset(),
                subject.model(),
                request,
                Seeds.ofRuns(request.seed(), request.runs()),
                request.priority());
    }

    /**
     * Checks a request as {@link #submit} does and estimates it.
     *
     * @throws io.winnow.platform.InvalidRequestException naming all fields that are wrong
     */
    public DryRun dryRun(byte @Nullable [] body) {
        Collector violations = new Collector();
        DynamicsRequest request = read(body, violations);
        Subject subject = subject(request, violations);
        StudySize size = StudySize.of(request, subject);
        return estimates.await(
                new Asked(
                        subject,
                        request.device(),
                        request.training().batchSize(),
                        request.connects() ? 0 : request.kernelSamples()),
                size::foreseen);
    }

    private Subject subject(DynamicsRequest request, Collector violations) {
        Subject subject = subjects.require(
                subjects.find(request.dataset(), request.model(), request.device(), violations), violations);
        violations.require(
                !subject.model().isUploaded(),
                "model",
                "is a TorchScript module, whose layers cannot be seen; studies take one of the built-in architectures");
        groups.check(request, subject.dataset(), violations);
        if (request.labelNoise() != null) {
            NoisyLabels.check(request.labelNoise(), "labelNoise.", subject.dataset(), violations);
        }
        StudySize.of(request, subject).check(subjects, violations);
        violations.throwIfAny();
        subjects.requireUnchanged(subject);
        return subject;
    }

    @Override
    protected DynamicsView whole(JobRecord job) {
        DynamicsReport stored = job.result(DynamicsReport.class);
        return DynamicsView.of(
                job,
                stored != null
                        ? stored
                        : DynamicsReport.of(
                                job.request(DynamicsRequest.class), records.results(job.id(), StudyFound.class)));
    }

    @Override
    protected DynamicsView brief(JobRecord job) {
        return DynamicsView.of(job, null);
    }
}
