package io.winnow.job;

import io.winnow.job.Estimate.Basis;
import io.winnow.job.JobSubjects.Subject;
import io.winnow.job.Measurements.Measured;
import io.winnow.job.Measurements.Wanted;
import io.winnow.job.NetworkTimings.Answer;
import io.winnow.scoring.PassTimer.Timing;
import io.winnow.surrogate.SurrogateSpec;
import java.util.List;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Estimates jobs of other kinds than scoring, in time and memory, from what workers time. */
@Component
public class JobEstimates {

    private final NetworkTimings timings;

    JobEstimates(NetworkTimings timings) {
        this.timings = timings;
    }

    /**
     * What is to be timed.
     *
     * @param kernelSamples of a tangent kernel, 0 for none
     */
    public record Asked(Subject subject, String device, int batchSize, int kernelSamples) {

        private Wanted wanted() {
            return new Wanted(
                    new SurrogateSpec(
                            subject.model().architecture(),
                            subject.model().options(),
                            subject.dataset().shape(),
                            subject.dataset().classes().size()),
                    device,
                    Math.min(batchSize, subject.dataset().train().size()),
                    kernelSamples);
        }
    }

    /**
     * What a job takes.
     *
     * @param trainingSeconds of all runs
     * @param passSeconds of all runs: every pass beside the training
     * @param moreBytes than the timed batches took
     */
    public record Work(double trainingSeconds, double passSeconds, long moreBytes) {}

    /** @param work from the times of a worker */
    public DryRun await(Asked asked, Function<Timing, Work> work) {
        Answer answer = timings.await(asked.wanted());
        Measured measured = answer.measured();
        return measured == null
                ? new DryRun(null, answer.reason())
                : new DryRun(estimate(measured, work.apply(measured.timing())), null);
    }

    private static Estimate estimate(Measured measured, Work work) {
        return new Estimate(
                work.trainingSeconds(),
                work.passSeconds(),
                work.trainingSeconds() + work.passSeconds(),
                measured.timing().memoryBytes() + work.moreBytes(),
                List.of(),
                measured.timing().device(),
                new Basis(measured.worker(), measured.measuredAt()));
    }
}
