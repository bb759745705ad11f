package io.winnow.job;

import io.winnow.job.JobSubjects.Subject;
import io.winnow.job.Measurements.Measured;
import io.winnow.job.Measurements.Wanted;
import io.winnow.scoring.PassCosts;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the passes of a network take, for who foresees work of any kind; waits a while for a worker to time them. */
@Component
public class NetworkTimings {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Measurements measurements;

    NetworkTimings(Measurements measurements) {
        this.measurements = measurements;
    }

    /**
     * @param costs in seconds a sample; null when no worker has answered in time
     * @param device that was timed; null likewise
     * @param reason why there are none
     */
    public record NetworkTiming(
            @Nullable PassCosts costs,
            @Nullable String device,
            @Nullable String reason) {}

    /**
     * @param device as a request asks for it, {@code auto} included
     * @param batchSize of an optimizer step
     */
    public NetworkTiming await(Subject subject, String device, int batchSize) {
        Answer answer = await(Estimates.wanted(subject.model(), subject.dataset(), device, batchSize));
        Measured measured = answer.measured();
        return measured == null
                ? new NetworkTiming(null, null, answer.reason())
                : new NetworkTiming(measured.timing().costs(), measured.timing().device(), null);
    }

    /** @param reason why nothing was measured */
    record Answer(@Nullable Measured measured, @Nullable String reason) {}

    Answer await(Wanted wanted) {
        measurements.want(wanted);
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<Measured> measured = measurements.find(wanted);
            if (measured.isPresent()) {
                return new Answer(measured.get(), null);
            }
            Optional<String> failure = measurements.failure(wanted);
            if (failure.isPresent()) {
                return new Answer(null, failure.get());
            }
            if (System.nanoTime() > until || !paused()) {
                return new Answer(
                        null, "no worker has timed this network yet: none is up, or all are at work; ask again later");
            }
        }
    }

    private static boolean paused() {
        try {
            Thread.sleep(POLL.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
