package io.winnow.dataset;

import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Reads a tensor store once in the life of a process to see that it still is what was ingested. */
@Component
final class StoreCheck {

    private final Map<Path, State> sound = new ConcurrentHashMap<>();

    private record State(long size, FileTime modified, String checksum) {}

    /**
     * @param checksum that the split has, {@code sha256:…}
     * @throws IOException when the store has another one, or cannot be read
     * @throws io.winnow.surrogate.TrainingStoppedException when told to stop
     */
    void verify(Path store, String checksum, StopSignal stop) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(store, BasicFileAttributes.class);
        State state = new State(attributes.size(), attributes.lastModifiedTime(), checksum);
        if (state.equals(sound.get(store))) {
            return;
        }
        try (FileChannel channel = FileChannel.open(store, StandardOpenOption.READ)) {
            TensorFile.read(channel);
            channel.position(TensorFile.HEADER_BYTES);
            if (!Arrays.equals(Sha256.of(channel, stop), KeyFile.digest(checksum))) {
                throw new IOException("its content does not fit its checksum");
            }
        }
        sound.put(store, state);
    }
}
