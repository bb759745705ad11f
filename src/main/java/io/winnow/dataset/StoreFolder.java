package io.winnow.dataset;

import io.winnow.platform.WinnowProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/** Where the tensor stores lie: {@code <work-dir>/datasets/<id>/<split>.tensors}, and beside them {@code .keys}, if any. */
@Component
final class StoreFolder {

    private final Path datasets;

    StoreFolder(WinnowProperties properties) {
        this.datasets = properties.workDir().resolve("datasets");
    }

    Path file(UUID dataset, Split split) {
        return file(dataset, split, ".tensors");
    }

    /** Is there only where the samples have keys. */
    Path keys(UUID dataset, Split split) {
        return file(dataset, split, ".keys");
    }

    private Path file(UUID dataset, Split split, String ending) {
        return folder(dataset).resolve(split.name().toLowerCase(Locale.ROOT) + ending);
    }

    void create(UUID dataset) throws IOException {
        Files.createDirectories(folder(dataset));
    }

    void delete(UUID dataset) throws IOException {
        FileSystemUtils.deleteRecursively(folder(dataset));
    }

    private Path folder(UUID dataset) {
        return datasets.resolve(dataset.toString());
    }
}
