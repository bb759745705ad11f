package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.job.Run.Status;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimeLeftTests {

    private static final UUID JOB = new UUID(0, 1);

    @Test
    void knowsNothingBeforeAnyRunShowsAPace() {
        assertThat(TimeLeft.seconds(JobStatus.QUEUED, List.of(queued(), queued())))
                .isNull();
        assertThat(TimeLeft.seconds(JobStatus.RUNNING, List.of(atWork(0.5, 0.0, 0.0))))
                .isNull();
    }

    @Test
    void dividesTheWorkLeftAmongTheRunsAtWork() {
        // A tenth of a run in 10 s: a run takes 100 s; 0.9 + 0.9 + 1 + 1 runs are left for two workers.
        assertThat(TimeLeft.seconds(
                        JobStatus.RUNNING, List.of(atWork(0.1, 0.1, 10.0), atWork(0.1, 0.1, 10.0), queued(), queued())))
                .isEqualTo(190);
    }

    @Test
    void countsNoStepThatAnEarlierClaimMadeForThePaceOfThisOne() {
        // Continued at a half, a tenth more in 20 s: 200 s a run.
        assertThat(TimeLeft.seconds(JobStatus.RUNNING, List.of(atWork(0.6, 0.1, 20.0))))
                .isEqualTo(80);
    }

    @Test
    void goesByTheRunsThatAreDoneWhileNobodyIsAtWork() {
        assertThat(TimeLeft.seconds(JobStatus.RUNNING, List.of(done(30), done(50), queued())))
                .isEqualTo(40);
    }

    @Test
    void isZeroAfterTheEnd() {
        assertThat(TimeLeft.seconds(JobStatus.CANCELLED, List.of(queued()))).isZero();
    }

    private static Run queued() {
        return run(Status.QUEUED, 0, null, null, null);
    }

    private static Run atWork(double fraction, double pacedFraction, double pacedSeconds) {
        return run(Status.RUNNING, fraction, null, pacedFraction, pacedSeconds);
    }

    private static Run done(double seconds) {
        return run(Status.SUCCEEDED, 1, seconds, null, null);
    }

    private static Run run(
            Status status,
            double fraction,
            @Nullable Double seconds,
            @Nullable Double pacedFraction,
            @Nullable Double pacedSeconds) {
        return new Run(
                new RunKey(JOB, 0),
                1,
                status,
                1,
                1,
                "w",
                null,
                1,
                fraction,
                null,
                null,
                null,
                seconds,
                pacedFraction,
                pacedSeconds);
    }
}
