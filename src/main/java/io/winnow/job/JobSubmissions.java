package io.winnow.job;

import io.winnow.dataset.ReadyDataset;
import io.winnow.job.JobSubjects.Found;
import io.winnow.job.JobSubjects.Subject;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.UnprocessableException;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.Seeds;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Accepts jobs that score: a request is refused with all that is wrong with it, or stored with the tasks that do it. */
@Component
public class JobSubmissions {

    private final JobIntake intake;
    private final JobSubjects subjects;
    private final MethodRegistry methods;
    private final ModelFit fit;
    private final Measurements measurements;
    private final Estimates estimates;

    JobSubmissions(
            JobIntake intake,
            JobSubjects subjects,
            MethodRegistry methods,
            ModelFit fit,
            Measurements measurements,
            Estimates estimates) {
        this.intake = intake;
        this.subjects = subjects;
        this.methods = methods;
        this.fit = fit;
        this.measurements = measurements;
        this.estimates = estimates;
    }

    /**
     * Accepts a job.
     *
     * @param body the JSON of the request, see {@link JobRequest}
     * @param key an idempotency key, or null: the same key of the same caller with the same request is the same job
     * @param caller who asks; null for one without credentials
     * @return the job's id
     * @throws InvalidRequestException naming all fields that are wrong
     * @throws UnprocessableException when the key came with another request before
     * @throws ConflictException when the dataset is not ready, or changed since it was ingested, and nothing else is wrong
     * @throws io.winnow.platform.TooManyRequestsException when as many jobs as may be are waiting
     */
    public UUID submit(byte @Nullable [] body, @Nullable String key, @Nullable String caller) {
        Collector violations = new Collector();
        intake.checkKey(key, violations);
        JobRequest request = JobRequestReader.read(body, violations);
        if (violations.isEmpty()) {
            Optional<UUID> earlier = intake.earlier(caller, key, request);
            if (earlier.isPresent()) {
                return earlier.get();
            }
        }
        Subject subject = check(request, violations);
        UUID id = intake.accept(
                new NewJob(
                        ScoringKind.ID,
                        subject.dataset(),
                        subject.model(),
                        request,
                        seeds(request.seed(), request.runs()),
                        request.priority()),
                key,
                caller);
        measurements.want(Estimates.wanted(request, subject.model(), subject.dataset()));
        return id;
    }

    /**
     * What a job would take; makes none. Waits a little for a worker to time the network where none has.
     *
     * @param estimate null when no worker has answered in time
     * @param reason why there is no estimate
     */
    public record DryRun(
            @Nullable Estimate estimate, @Nullable String reason) {}

    /**
     * Checks a request as {@link #submit} does and estimates it.
     *
     * @throws InvalidRequestException naming all fields that are wrong
     * @throws UnprocessableException when the model cannot be trained on the dataset
     */
    public DryRun dryRun(byte @Nullable [] body) {
        Collector violations = new Collector();
        JobRequest request = JobRequestReader.read(body, violations);
        Subject subject = check(request, violations);
        return estimates.await(request, subject.model(), subject.dataset());
    }

    /** The seeds of the runs of a job that scores. */
    public static List<Long> seeds(long seed, int runs) {
        return IntStream.range(0, runs).mapToObj(run -> Seeds.ofRun(seed, run)).toList();
    }

    /**
     * Checks a request to score against what is registered.
     *
     * @param violations what is known to be wrong with it already
     * @throws InvalidRequestException naming all fields that are wrong
     * @throws ConflictException when the dataset is not ready, or changed since it was ingested, and nothing else is wrong
     */
    public Subject check(JobRequest request, Collector violations) {
        Found found = subjects.find(request.dataset(), request.model(), request.device(), violations);
        checkMethods(request, violations);
        Subject subject = subjects.require(found, violations);
        checkSize(request, subject.dataset());
        subjects.requireUnchanged(subject);
        fit.require(request, subject.model(), subject.dataset());
        return subject;
    }

    private void checkMethods(JobRequest request, Collector violations) {
        for (int i = 0; i < request.methods().size(); i++) {
            try {
                methods.require(request.methods().get(i), "methods[" + i + "]");
            } catch (InvalidRequestException e) {
                e.violations().forEach(v -> violations.require(false, v.field(), v.message()));
            }
        }
    }

    private void checkSize(JobRequest request, ReadyDataset dataset) {
        int samples = dataset.train().size();
        long visits = Math.multiplyExact((long) request.runs() * request.epochs(), (long) samples);
        Collector violations = new Collector();
        subjects.checkSize(visits, "runs × epochs × %d samples".formatted(samples), violations);
        violations.require(
                request.options().chunks() <= samples,
                "options.chunks",
                "must be at most the number of samples, " + samples);
        if (request.labelNoise() != null) {
            NoisyLabels.check(request.labelNoise(), dataset, violations);
        }
        violations.throwIfAny();
    }
}
