package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class DatabaseClockTests {

    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    private final AtomicReference<Instant> system = new AtomicReference<>(NOON);
    private final AtomicLong nanos = new AtomicLong(77);
    private final DatabaseClock clock = new DatabaseClock(system::get, nanos::get);

    @Test
    void tellsTheSystemsTimeUntilTheDatabaseWasAsked() {
        assertThat(clock.now()).isEqualTo(NOON);
        assertThat(clock.skew()).isZero();
    }

    @Test
    void tellsTheDatabasesTimeHoweverWrongTheSystemsIs() {
        Instant database = NOON.minusSeconds(3600);
        assertThat(clock.read(() -> database)).isEqualTo(Duration.ofHours(1));
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        system.set(NOON.plusSeconds(100_000));
        assertThat(clock.now()).isEqualTo(database.plusSeconds(5));
        assertThat(clock.skew()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void takesTheDatabasesAnswerForTheMiddleOfTheQuestion() {
        Duration skew = clock.read(() -> {
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            system.set(NOON.plusSeconds(2));
            return NOON.plusSeconds(1);
        });
        assertThat(skew).isZero();
        assertThat(clock.now()).isEqualTo(NOON.plusSeconds(2));
    }

    @Test
    void isNotReadyWhenTheClockIsOffByHalfOfTheTimeAfterWhichAWorkerCountsAsDead() {
        Duration dead = Duration.ofSeconds(60);
        assertThat(ClockCheck.health(Duration.ofSeconds(30), dead).getStatus()).isEqualTo(Status.UP);
        assertThat(ClockCheck.health(Duration.ofSeconds(31), dead).getStatus()).isEqualTo(Status.DOWN);
        assertThat(ClockCheck.health(Duration.ofSeconds(-31), dead).getStatus()).isEqualTo(Status.DOWN);
    }
}
