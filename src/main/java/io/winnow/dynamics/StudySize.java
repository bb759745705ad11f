package io.winnow.dynamics;

import io.winnow.job.JobEstimates.Work;
import io.winnow.job.JobSubjects;
import io.winnow.job.JobSubjects.Subject;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.scoring.PassCosts;
import io.winnow.scoring.PassTimer.Timing;
import io.winnow.surrogate.SurrogateSpec;
import java.util.Objects;

/** What a study takes: whether that may be, and how long it will be. */
final class StudySize {

    /** Of the kernels that a run holds at once. */
    private static final long MOST_KERNEL_BYTES = 1L << 29;
    /** More take too long between two looks at whether to stop: the spectrum is the cube of them. */
    private static final int MOST_ROWS = 4_096;

    private final DynamicsRequest request;
    private final SurrogateSpec spec;
    private final int samples;

    private StudySize(DynamicsRequest request, SurrogateSpec spec, int samples) {
        this.request = request;
        this.spec = spec;
        this.samples = samples;
    }

    static StudySize of(DynamicsRequest request, Subject subject) {
        return new StudySize(
                request,
                new SurrogateSpec(
                        subject.model().architecture(),
                        subject.model().options(),
                        subject.dataset().shape(),
                        subject.dataset().classes().size()),
                subject.dataset().train().size());
    }

    /** Notes what is too large. */
    void check(JobSubjects subjects, Collector violations) {
        boolean fits = request.connects() || request.kernelSamples() <= mostSamples();
        violations.require(
                fits,
                "samples",
                "must be at most %d for kernels of %d groups and %d classes: a kernel has at most %d rows, one for each sample and class, and all together %d MiB"
                        .formatted(
                                mostSamples(),
                                request.groupCount(),
                                spec.classes(),
                                MOST_ROWS,
                                MOST_KERNEL_BYTES >> 20));
        if (fits) {
            PassWork visits = work(new PassCosts(1, 1, 0, 0, 0), 0);
            subjects.checkSize(
                    (long) (visits.total() * request.runs()),
                    "samples that go through trainings and passes of all runs",
                    violations);
        }
    }

    private int mostSamples() {
        double rows = Math.sqrt((double) MOST_KERNEL_BYTES / Double.BYTES / request.groupCount());
        return (int) Math.min(rows, MOST_ROWS) / spec.classes();
    }

    private long kernelBytes() {
        long rows = (long) request.kernelSamples() * spec.classes();
        return Double.BYTES * request.groupCount() * rows * rows;
    }

    /** @param timing seconds of a sample, and of a kernel where the study takes some */
    Work foreseen(Timing timing) {
        Double kernel = timing.kernelSeconds();
        PassWork one = work(timing.costs(), request.connects() ? 0 : Objects.requireNonNull(kernel));
        return new Work(
                one.training() * request.runs(), one.passes() * request.runs(), request.connects() ? 0 : kernelBytes());
    }

    private PassWork work(PassCosts costs, double kernel) {
        return request.connects()
                ? DynamicsKind.connectivity(request, spec, request.device()).work(samples, costs)
                : DynamicsKind.velocity(request, spec, request.device())
                        .work(samples, request.groupCount(), costs.training(), kernel);
    }
}
