package io.winnow.job;

import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerProperties;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** What follows from the settings of the task scheduler. */
@Component
class SchedulerTimes {

    private final Duration dead;

    SchedulerTimes(DbSchedulerProperties scheduler) {
        this.dead = scheduler.getHeartbeatInterval().multipliedBy(scheduler.getMissedHeartbeatsLimit());
    }

    /** After how long without a heartbeat a worker counts as dead. */
    Duration dead() {
        return dead;
    }
}
