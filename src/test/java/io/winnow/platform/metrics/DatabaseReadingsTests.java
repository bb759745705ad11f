package io.winnow.platform.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

class DatabaseReadingsTests {

    private final AtomicLong now = new AtomicLong(-3);
    private final AtomicInteger asked = new AtomicInteger();
    private boolean away;
    private final DatabaseReadings readings = new DatabaseReadings(() -> 1, now::get);

    private Supplier<Integer> counted() {
        return () -> {
            int times = asked.incrementAndGet();
            if (away) {
                throw new DataAccessResourceFailureException("away");
            }
            return times;
        };
    }

    private void pass(int seconds) {
        now.addAndGet(seconds * 1_000_000_000L);
    }

    @Test
    void asksTheDatabaseOnceInFiveSecondsHoweverManyLook() {
        var reading = readings.of(counted());
        for (int i = 0; i < 10; i++) {
            assertThat(reading.value(number -> number)).isEqualTo(1);
        }
        pass(4);
        assertThat(reading.value(number -> number)).isEqualTo(1);
        pass(1);
        assertThat(reading.value(number -> number)).isEqualTo(2);
    }

    @Test
    void isNotANumberWhileTheDatabaseIsAwayAndLetsOnlyOneReadingWaitForIt() {
        var first = readings.of(counted());
        var second = readings.of(counted());
        away = true;
        assertThat(first.value(number -> number)).isNaN();
        assertThat(second.value(number -> number)).isNaN();
        assertThat(asked).hasValue(1);
        away = false;
        pass(5);
        assertThat(second.value(number -> number)).isEqualTo(2);
        assertThat(first.value(number -> number)).isEqualTo(3);
    }

    @Test
    void tellsWhetherTheDatabaseAnswers() {
        DatabaseReadings watched = new DatabaseReadings(counted(), now::get);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        watched.bindTo(registry);
        var up = registry.get("winnow.database.up").gauge();
        away = true;
        assertThat(up.value()).isZero();
        away = false;
        assertThat(up.value()).as("the last answer still counts").isZero();
        pass(5);
        asked.set(0);
        assertThat(up.value()).isEqualTo(1);
    }
}
