package io.winnow.dataset;

import io.winnow.platform.WinnowProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Where the tensor stores lie: {@code <work-dir>/datasets/<id>/<split>.tensors}, and beside them {@code .keys}, if any, and
 * {@code sources}, what the user's files were like.
 */
@Component
final class StoreFolder {

    private final Path datasets;

    StoreFolder(WinnowProperties properties) {
        this.datasets = properties.workDir().resolve("datasets");
    }

    /**
     * The files of a split.
     *
     * @param keys is there only where the samples have keys
     * @param checkpoint is there only until the ingest is done
     */
    record SplitFiles(Path tensors, Path keys, Path checkpoint) {

        static SplitFiles in(Path folder, Split split) {
            String name = split.name().toLowerCase(Locale.ROOT);
            return new SplitFiles(
                    folder.resolve(name + ".tensors"),
                    folder.resolve(name + ".keys"),
                    folder.resolve(name + ".checkpoint"));
        }
    }

    SplitFiles files(UUID dataset, Split split) {
        return SplitFiles.in(folder(dataset), split);
    }

    Path file(UUID dataset, Split split) {
        return files(dataset, split).tensors();
    }

    Path keys(UUID dataset, Split split) {
        return files(dataset, split).keys();
    }

    Path sources(UUID dataset) {
        return folder(dataset).resolve("sources");
    }

    void create(UUID dataset) throws IOException {
        Files.createDirectories(folder(dataset));
    }

    /** Deletes what only an ingest that is not done needs. */
    void deleteCheckpoints(UUID dataset) throws IOException {
        for (Split split : Split.values()) {
            Files.deleteIfExists(files(dataset, split).checkpoint());
        }
    }

    void delete(UUID dataset) throws IOException {
        FileSystemUtils.deleteRecursively(folder(dataset));
    }

    private Path folder(UUID dataset) {
        return datasets.resolve(dataset.toString());
    }
}
