package io.winnow.job;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The database's time, carried on by this process's monotonic clock between two readings: heartbeats and due times of all
 * processes are comparable however wrong their own clocks are, and whatever those jump by.
 */
final class DatabaseClock implements Clock {

    private final InstantSource system;
    private final LongSupplier nanos;
    private volatile @Nullable Reading reading;

    /**
     * @param database the database's time when it was asked, in the middle of the question
     * @param nanos the monotonic clock's then
     * @param skew how far this machine's clock was ahead of it
     */
    private record Reading(Instant database, long nanos, Duration skew) {}

    DatabaseClock(InstantSource system, LongSupplier nanos) {
        this.system = system;
        this.nanos = nanos;
    }

    /** The system's own time until the database was asked for the first time. */
    @Override
    public Instant now() {
        Reading last = reading;
        return last == null ? system.instant() : last.database().plusNanos(nanos.getAsLong() - last.nanos());
    }

    /**
     * Takes a reading.
     *
     * @param ask asks the database for its time
     * @return how far this machine's clock is ahead of the database's
     */
    Duration read(InstantSource ask) {
        long before = nanos.getAsLong();
        Instant database = ask.instant();
        long after = nanos.getAsLong();
        Instant here = system.instant();
        long middle = before + (after - before) / 2;
        Duration skew = Duration.between(database.plusNanos(after - middle), here);
        reading = new Reading(database, middle, skew);
        return skew;
    }

    /** How far this machine's clock was ahead of the database's at the last reading; zero before the first. */
    Duration skew() {
        Reading last = reading;
        return last == null ? Duration.ZERO : last.skew();
    }
}
