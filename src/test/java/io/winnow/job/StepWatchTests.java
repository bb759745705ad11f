package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** By a clock that the test sets. */
class StepWatchTests {

    private final List<Duration> hung = new ArrayList<>();
    private long now;
    private final StepWatch watch = new StepWatch(
            () -> LogContext.of(UUID.randomUUID()), Duration.ofSeconds(10), hung::add, () -> {}, () -> now);

    private void look(int afterSeconds) {
        now += TimeUnit.SECONDS.toNanos(afterSeconds);
        watch.tick();
    }

    @Test
    void tellsOnceOfWorkThatShowsNoStepWhileItsProcessLives() {
        for (int second = 0; second < 20; second++) {
            look(1);
        }
        assertThat(hung).containsExactly(Duration.ofSeconds(11));
    }

    @Test
    void takesNoWorkForHungThatShowsItsSteps() {
        for (int second = 0; second < 40; second++) {
            look(1);
            if (second % 9 == 0) {
                watch.step();
            }
        }
        assertThat(hung).isEmpty();
    }

    /** A laptop that was shut, a process that was stopped: the look comes as late as the step. */
    @Test
    void doesNotCountTheTimeForWhichTheWholeProcessStoodStill() {
        look(1);
        look(3_600);
        assertThat(hung).isEmpty();
        for (int second = 0; second < 10; second++) {
            look(1);
        }
        assertThat(hung).isEmpty();
        look(1);
        assertThat(hung).containsExactly(Duration.ofSeconds(11));
    }

    @Test
    void tellsOfNothingAfterItsEnd() {
        watch.close();
        for (int second = 0; second < 20; second++) {
            look(1);
        }
        assertThat(hung).isEmpty();
    }
}
