package io.winnow.platform.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/** How full {@link WorkDisk} is. */
@Component
class WorkDiskMetrics implements MeterBinder {

    private final WorkDisk disk;

    WorkDiskMetrics(WorkDisk disk) {
        this.disk = disk;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("winnow.disk.free", disk, WorkDisk::free)
                .description("Room that is left for tensor stores and checkpoints")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("winnow.disk.total", disk, WorkDisk::total)
                .description("Size of the file system with tensor stores and checkpoints")
                .baseUnit("bytes")
                .register(registry);
    }
}
