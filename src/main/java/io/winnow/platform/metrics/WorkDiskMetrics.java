package io.winnow.platform.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.winnow.platform.WinnowProperties;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The file system of the work directory, where tensor stores and checkpoints lie, whether or not anything is there yet. */
@Component
class WorkDiskMetrics implements MeterBinder {

    private final Path directory;

    WorkDiskMetrics(WinnowProperties properties) {
        this.directory = properties.workDir();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("winnow.disk.free", directory, path -> bytes(path, FileStore::getUsableSpace))
                .description("Room that is left for tensor stores and checkpoints")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("winnow.disk.total", directory, path -> bytes(path, FileStore::getTotalSpace))
                .description("Size of the file system with tensor stores and checkpoints")
                .baseUnit("bytes")
                .register(registry);
    }

    @FunctionalInterface
    private interface Size {
        long of(FileStore store) throws IOException;
    }

    private static double bytes(Path directory, Size size) {
        try {
            @Nullable Path there = directory;
            while (there != null && !Files.exists(there)) {
                there = there.getParent();
            }
            return there == null ? Double.NaN : size.of(Files.getFileStore(there));
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
