package io.winnow.job;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the job engine.
 *
 * @param mostAttempts how often a run is claimed before it counts as poison
 * @param retryDelay the wait before the second attempt; it doubles with each further one that failed, not with a death
 * @param sweepInterval how often work without a task is looked for
 * @param ageing after how long a wait a job's runs gain one point of priority
 * @param mostQueued jobs that may wait, of all callers together
 * @param mostQueuedPerCaller jobs that may wait of one caller, where callers are known
 * @param hungAfter how long a run may show no step, while its process lives, before it counts as hung
 * @param badDeviceTime a GPU that failed twice within it is left out for so long; zero for never
 * @param largestJob most sample visits (runs × epochs × samples) of one job
 */
@ConfigurationProperties("winnow.jobs")
record JobSettings(
        @DefaultValue("3") int mostAttempts,
        @DefaultValue("5s") Duration retryDelay,
        @DefaultValue("60s") Duration sweepInterval,
        @DefaultValue("1m") Duration ageing,
        @DefaultValue("1000") int mostQueued,
        @DefaultValue("200") int mostQueuedPerCaller,
        @DefaultValue("15m") Duration hungAfter,
        @DefaultValue("24h") Duration badDeviceTime,
        @DefaultValue("100000000000") long largestJob) {

    /** Two of these fit well into the time that failures are kept for. */
    private static final Duration LONGEST_BAD_DEVICE_TIME = Duration.ofDays(30);

    JobSettings {
        if (badDeviceTime.isNegative() || badDeviceTime.compareTo(LONGEST_BAD_DEVICE_TIME) > 0) {
            throw new IllegalArgumentException(
                    "winnow.jobs.bad-device-time must be from 0 to 30 days, not " + badDeviceTime);
        }
    }

    /** The wait after an attempt, counted from 1. */
    Duration delayAfter(int attempts) {
        return retryDelay.multipliedBy(1L << Math.min(Math.max(attempts - 1, 0), 10));
    }
}
