package io.winnow.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file of keys under a temporary name and gives it its own only when it is complete, on the disk and found to name
 * each sample differently. Of the keys, ten bytes each stay in memory. Not safe for several threads.
 */
final class KeyFileWriter implements Closeable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final PartFile file;
    private short[] lengths = new short[1024];
    private long[] hashes = new long[1024];
    private int size;
    private long textBytes;

    KeyFileWriter(Path target) throws IOException {
        this.file = PartFile.create(target, KeyFile.HEADER_BYTES, BUFFER_BYTES);
    }

    /** Appends the key of the next sample. */
    void append(String key) throws IOException {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        if (text.length > KeyFile.LONGEST) {
            throw new BadDataException("has a key of %d bytes in UTF-8; at most %d are kept: %s…"
                    .formatted(text.length, KeyFile.LONGEST, key.substring(0, 100)));
        }
        if (size == lengths.length) {
            int more = (int) Math.min(Integer.MAX_VALUE - 8, 2L * size);
            lengths = Arrays.copyOf(lengths, more);
            hashes = Arrays.copyOf(hashes, more);
        }
        lengths[size] = (short) text.length;
        hashes[size++] = KeyFile.hash(text);
        textBytes += text.length;
        file.room(text.length).put(text);
    }

    /**
     * Completes the file and moves it to its name, unless a key occurs twice.
     *
     * @param tensors digest of the tensor store whose samples the keys name
     * @return the first key that an earlier sample has too; null when all differ
     */
    @Nullable
    Duplicate finish(byte[] tensors) throws IOException {
        long offset = 0;
        for (int i = 0; i < size; i++) {
            file.room(Long.BYTES).putLong(KeyFile.entry(offset, hashes[i]));
            offset += lengths[i];
        }
        file.room(Long.BYTES).putLong(KeyFile.entry(offset, 0));
        file.complete(new KeyFile(size, textBytes, tensors).header());
        Duplicate duplicate = firstDuplicate(tensors);
        if (duplicate != null) {
            return duplicate;
        }
        file.publish();
        return null;
    }

    /** A key that two samples have. */
    record Duplicate(int first, int second, String key) {}

    /** Equal hashes among the sorted ones tell which keys to compare, which are hardly ever any that differ. */
    private @Nullable Duplicate firstDuplicate(byte[] tensors) throws IOException {
        long[] sorted = Arrays.copyOf(hashes, size);
        Arrays.sort(sorted);
        int repeated = 0;
        for (int i = 1; i < size; i++) {
            if (sorted[i] == sorted[i - 1] && (repeated == 0 || sorted[repeated - 1] != sorted[i])) {
                sorted[repeated++] = sorted[i];
            }
        }
        if (repeated == 0) {
            return null;
        }
        int[] first = new int[repeated];
        Arrays.fill(first, -1);
        try (SampleKeys keys = MappedSampleKeys.open(file.path(), tensors)) {
            for (int i = 0; i < size; i++) {
                int found = Arrays.binarySearch(sorted, 0, repeated, hashes[i]);
                if (found >= 0 && first[found] < 0) {
                    first[found] = i;
                } else if (found >= 0 && keys.key(i).equals(keys.key(first[found]))) {
                    return new Duplicate(first[found], i, keys.key(i));
                }
            }
        }
        return null;
    }

    /** Throws away what is not finished. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
