package io.winnow.platform.metrics;

import io.winnow.platform.WinnowProperties;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The file system of the work directory, where tensor stores and checkpoints lie, whether or not anything is there yet. */
@Component
class WorkDisk {

    private final Path directory;

    WorkDisk(WinnowProperties properties) {
        this.directory = properties.workDir();
    }

    /** Bytes that are left; NaN where the system does not tell. */
    double free() {
        return bytes(FileStore::getUsableSpace);
    }

    /** Bytes in all; NaN where the system does not tell. */
    double total() {
        return bytes(FileStore::getTotalSpace);
    }

    @FunctionalInterface
    private interface Size {
        long of(FileStore store) throws IOException;
    }

    private double bytes(Size size) {
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
