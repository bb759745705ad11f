package io.winnow.scoring.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunListener.RunProgress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MeterTests {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicReference<RunProgress> last = new AtomicReference<>();
    private final Meter meter = new Meter(
            1000,
            new RunListener() {
                @Override
                public void progress(RunProgress progress) {
                    last.set(progress);
                }
            },
            nanos::get);

    @Test
    void tellsTheSpeedOfTheLastSecond() {
        meter.enter(Phase.TRAIN, 1);
        work(100, 500);
        assertThat(last.get().samplesPerSecond()).isEqualTo(200);
        work(100, 500);
        assertThat(last.get().samplesPerSecond()).isEqualTo(200);
        work(20, 500);
        assertThat(last.get().samplesPerSecond()).isEqualTo(200);
        work(20, 500);
        assertThat(last.get().samplesPerSecond()).isEqualTo(40);
    }

    @Test
    void countsCostAgainstWhatWasForeseenAndNeverPassesOne() {
        meter.enter(Phase.SCORE, 0);
        meter.done(100, 3.5);
        assertThat(last.get().fraction()).isEqualTo(0.35);
        assertThat(last.get().phase()).isEqualTo(Phase.SCORE);
        meter.done(900, 3.5);
        assertThat(last.get().fraction()).isEqualTo(1);
    }

    private void work(int samples, long millis) {
        nanos.addAndGet(millis * 1_000_000);
        meter.done(samples, 1);
    }
}
