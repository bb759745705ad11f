package io.winnow.dataset;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file of keys mapped read-only. Each key is held against its check when it is read. */
final class MappedSampleKeys implements SampleKeys {

    private final KeyFile file;
    private volatile @Nullable Maps maps;

    private record Maps(MappedRange texts, MappedRange index) {}

    private MappedSampleKeys(KeyFile file, Maps maps) {
        this.file = file;
        this.maps = maps;
    }

    /**
     * @param tensors digest of the tensor store that the keys must belong to
     * @throws IOException when they are of another one, or damaged
     */
    static MappedSampleKeys open(Path path, byte[] tensors) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            KeyFile file = KeyFile.read(channel);
            if (!Arrays.equals(file.tensors(), tensors)) {
                throw new IOException("the file of keys belongs to another tensor store");
            }
            MappedRange texts = MappedRange.of(channel, KeyFile.HEADER_BYTES, file.textBytes(), KeyFile.LONGEST);
            MappedRange index = MappedRange.of(channel, file.indexOffset(), file.indexBytes(), Long.BYTES);
            return new MappedSampleKeys(file, new Maps(texts, index));
        }
    }

    @Override
    public int size() {
        return (int) file.samples();
    }

    @Override
    public String key(int index) {
        Objects.checkIndex(index, size());
        Maps open = maps;
        if (open == null) {
            throw new IllegalStateException("the keys are closed");
        }
        long entry = open.index().int64((long) index * Long.BYTES);
        long from = KeyFile.offset(entry);
        long to = KeyFile.offset(open.index().int64((index + 1L) * Long.BYTES));
        if (from <= to && to - from <= KeyFile.LONGEST && to <= file.textBytes()) {
            byte[] text = open.texts().bytes(from, (int) (to - from));
            if (KeyFile.fits(entry, KeyFile.hash(text))) {
                return new String(text, StandardCharsets.UTF_8);
            }
        }
        throw new IllegalStateException("the key of sample %d is damaged".formatted(index));
    }

    /** Lets go of the maps; the memory is unmapped once nobody reads it any more. */
    @Override
    public void close() {
        maps = null;
    }
}
