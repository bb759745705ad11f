package io.winnow.platform.metrics;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Shows how full {@link WorkDisk} is to those who ask whether the service is ready. It is always up: a service without room for data
 * or checkpoints still answers, hands out subsets and goes on with its runs.
 */
@Component
class WorkDiskHealthIndicator implements HealthIndicator {

    private final WorkDisk disk;

    WorkDiskHealthIndicator(WorkDisk disk) {
        this.disk = disk;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        double free = disk.free();
        if (!Double.isNaN(free)) {
            health.withDetail("freeBytes", (long) free).withDetail("totalBytes", (long) disk.total());
        }
        return health.build();
    }
}
