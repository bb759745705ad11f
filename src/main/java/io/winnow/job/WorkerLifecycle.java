package io.winnow.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import io.winnow.platform.WinnowProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Starts work last and stops it first: a run that is told to stop between two batches is released while the rest of the
 * application still stands.
 */
@Component
class WorkerLifecycle implements SmartLifecycle {

    private final Scheduler scheduler;
    private final WorkerRegistry registry;
    private final ClockCheck.Reader clock;
    private final DeviceFailures deviceFailures;
    private final boolean works;

    WorkerLifecycle(
            Scheduler scheduler,
            WorkerRegistry registry,
            ClockCheck.Reader clock,
            DeviceFailures deviceFailures,
            WinnowProperties properties) {
        this.scheduler = scheduler;
        this.registry = registry;
        this.clock = clock;
        this.deviceFailures = deviceFailures;
        this.works = properties.role().works();
    }

    @Override
    public void start() {
        clock.read();
        deviceFailures.lookFirst();
        if (works) {
            scheduler.start();
        }
    }

    @Override
    public void stop() {
        if (works) {
            registry.drain();
        }
        scheduler.stop();
        if (works) {
            registry.leave();
        }
    }

    /** A scheduler that was stopped cannot start again. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return scheduler.getSchedulerState().isStarted()
                && !scheduler.getSchedulerState().isShuttingDown();
    }
}
