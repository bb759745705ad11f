package io.winnow.job;

import io.winnow.dataset.ReadyDataset;
import io.winnow.job.JobSubjects.Found;
import io.winnow.job.JobSubjects.Subject;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.scoring.MethodRegistry;
import org.springframework.stereotype.Component;

/** Checks requests to score against what is registered. */
@Component
public class ScoringChecks {

    private final JobSubjects subjects;
    private final MethodRegistry methods;
    private final ModelFit fit;

    ScoringChecks(JobSubjects subjects, MethodRegistry methods, ModelFit fit) {
        this.subjects = subjects;
        this.methods = methods;
        this.fit = fit;
    }

    /**
     * @param noise the field that its label noise is, with a dot; nothing where its fields are the request's own
     * @param violations what is known to be wrong with it already
     * @throws InvalidRequestException naming all fields that are wrong
     * @throws ConflictException when the dataset is not ready, or changed since it was ingested, and nothing else is wrong
     */
    public Subject check(JobRequest request, String noise, Collector violations) {
        Found found = subjects.find(request.dataset(), request.model(), request.device(), violations);
        checkMethods(request, violations);
        Subject subject = subjects.require(found, violations);
        checkSize(request, noise, subject.dataset());
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

    private void checkSize(JobRequest request, String noise, ReadyDataset dataset) {
        int samples = dataset.train().size();
        long visits = Math.multiplyExact((long) request.runs() * request.epochs(), (long) samples);
        Collector violations = new Collector();
        subjects.checkSize(visits, "runs × epochs × %d samples".formatted(samples), violations);
        violations.require(
                request.options().chunks() <= samples,
                "options.chunks",
                "must be at most the number of samples, " + samples);
        if (request.labelNoise() != null) {
            NoisyLabels.check(request.labelNoise(), noise, dataset, violations);
        }
        violations.throwIfAny();
    }
}
