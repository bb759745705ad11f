package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.winnow.job.RunLedger.Claim;
import io.winnow.job.RunWatch.Stop;
import io.winnow.scoring.RunListener.RunProgress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.TransientDataAccessResourceException;

/** What the watch tells a run whose database does not answer. */
class RunWatchTests {

    private final AtomicInteger asked = new AtomicInteger();
    private final RunMetrics metrics = new RunMetrics(new SimpleMeterRegistry(), ObservationRegistry.NOOP);

    @Test
    void stopsARunThatAnotherWorkerMayHaveClaimedWhileTheDatabaseWasAway() {
        try (RunWatch watch = watch(Duration.ofMillis(1_500))) {
            await().atMost(Duration.ofSeconds(20)).until(watch::stopRequested);
            assertThat(watch.stopped()).isEqualTo(Stop.CUT_OFF);
            assertThat(asked.get()).as("not at once").isGreaterThan(1);
        }
    }

    @Test
    void goesOnWhileTheDatabaseIsAwayForLessThanTheTimeOfTheDead() {
        try (RunWatch watch = watch(Duration.ofHours(1))) {
            await().atMost(Duration.ofSeconds(20)).until(() -> asked.get() > 2);
            assertThat(watch.stopRequested()).isFalse();
        }
    }

    /** Its process goes down because it was hung: what it would say now is not that it was told to stop. */
    @Test
    void doesNotTakeARunThatWasHungForOneThatAShutdownStops() {
        AtomicBoolean shuttingDown = new AtomicBoolean();
        try (RunWatch watch = new RunWatch(
                alive(),
                claim(),
                Duration.ofHours(1),
                shuttingDown::get,
                Duration.ofMillis(1),
                silence -> shuttingDown.set(true),
                metrics)) {
            await().atMost(Duration.ofSeconds(20)).untilTrue(shuttingDown);
            assertThat(watch.stopRequested()).isTrue();
            assertThat(watch.stopped()).isEqualTo(Stop.HUNG);
            assertThat(watch.goesOnLater()).isFalse();
        }
    }

    private static RunTable alive() {
        return new RunTable(null, null, null) {
            @Override
            boolean progress(RunKey run, long fence, @Nullable RunProgress progress) {
                return true;
            }
        };
    }

    private static Claim claim() {
        return new Claim(new RunKey(UUID.randomUUID(), 0), 1, 1, null);
    }

    private RunWatch watch(Duration dead) {
        RunTable away = new RunTable(null, null, null) {
            @Override
            boolean progress(RunKey run, long fence, @Nullable RunProgress progress) {
                asked.incrementAndGet();
                throw new TransientDataAccessResourceException("the connection is lost");
            }
        };
        return new RunWatch(away, claim(), dead, () -> false, Duration.ofHours(1), silence -> {}, metrics);
    }
}
