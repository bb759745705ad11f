package io.winnow.dataset.format;

import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the samples of a split that lies in several files, one file after another; at most one of them is open. */
abstract class FileByFile<F extends Closeable> implements SampleReader {

    private final Iterator<Path> rest;
    private @Nullable F file;

    FileByFile(List<Path> paths) {
        this.rest = paths.iterator();
    }

    abstract F open(Path path) throws IOException;

    /** The next sample of an open file; null at its end. */
    abstract @Nullable RawSample next(F file) throws IOException;

    @Override
    public final @Nullable RawSample next() throws IOException {
        while (true) {
            RawSample sample = file == null ? null : next(file);
            if (sample != null) {
                return sample;
            }
            close();
            if (!rest.hasNext()) {
                return null;
            }
            file = open(rest.next());
        }
    }

    @Override
    public final void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
