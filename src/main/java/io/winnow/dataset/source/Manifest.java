package io.winnow.dataset.source;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.dataset.BadDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was brought for a dataset. A folder has it only when it is complete.
 *
 * @param files in the order of the numbers that are their names on disk
 * @param version what the place it came from calls this state of the one file that all this was in; null where there was none
 */
record Manifest(
        List<Entry> files,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String version) {

    private static final String FILE = "manifest.json";

    /**
     * @param name as it came
     * @param version what the place it came from calls this state of it, an ETag; null where it came in another file
     */
    record Entry(
            String name,
            long size,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String version) {}

    /** @return empty when the folder is not complete */
    static Optional<Manifest> read(Path folder) throws IOException {
        try {
            byte[] json = Files.readAllBytes(folder.resolve(FILE));
            return Optional.of(JsonMapper.shared().readValue(json, Manifest.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new BadDataException("the list of what was brought here is damaged; register the dataset again");
        }
    }

    void write(Path folder) throws IOException {
        Path part = folder.resolve(FILE + ".part");
        Files.write(part, JsonMapper.shared().writeValueAsBytes(this));
        Files.move(part, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }
}
