package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetFormat;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.SourceFiles;
import io.winnow.dataset.Split;
import io.winnow.dataset.picture.PictureDecoder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tables of encoded pictures, as image datasets on the Hugging Face hub are laid out: one or more files a split. */
@Component
final class ParquetFormat implements DatasetFormat {

    private static final List<String> ENDINGS = List.of(".parquet");

    @Override
    public String id() {
        return "parquet";
    }

    @Override
    public DatasetSource open(SourceFiles files, DatasetRegistration registration) throws IOException {
        List<Path> trainFiles = SplitFiles.of(files, registration, Split.TRAIN, ENDINGS);
        List<Path> testFiles = SplitFiles.of(files, registration, Split.TEST, ENDINGS);
        if (trainFiles.isEmpty()) {
            throw new BadDataException("the location is not a Parquet file");
        }
        PictureDecoder decoder = decoder(files, trainFiles, registration);
        Shards train = new Shards(files, registration, trainFiles, decoder);
        Shards test = testFiles.isEmpty() ? null : new Shards(files, registration, testFiles, decoder);
        train.labels.refuseOneClass();
        int largest = Math.max(train.labels.largest(), test == null ? 0 : test.labels.largest());
        return new DatasetSource(train, test, Classes.named(registration, train.classNames, largest));
    }

    private static PictureDecoder decoder(SourceFiles files, List<Path> paths, DatasetRegistration registration)
            throws IOException {
        int bad = 0;
        for (Path path : paths) {
            try (ParquetShard shard = ParquetShard.open(files, path)) {
                ParquetColumns columns = ParquetColumns.find(shard, registration);
                shard.project(columns.projection());
                Group row;
                for (long i = 0; (row = shard.next()) != null; i++) {
                    try {
                        return PictureDecoder.startingWith(columns.image(row), registration);
                    } catch (BadDataException e) {
                        if (bad++ == registration.mostBadSamples()) {
                            throw new BadDataException("%s (row %d): %s".formatted(shard.name(), i, e.getMessage()));
                        }
                    }
                }
            }
        }
        throw new BadDataException(files.name(paths.get(0)) + " has no rows");
    }

    /** The files of a split, one after another. The labels, a small column, are looked at when it is opened. */
    private static final class Shards implements SplitSource {

        private final SourceFiles files;
        private final DatasetRegistration registration;
        private final List<Path> paths;
        private final PictureDecoder decoder;
        private final LabelCounts labels;
        private final FileStarts starts = new FileStarts();
        private List<String> classNames = List.of();
        private long size;

        Shards(SourceFiles files, DatasetRegistration registration, List<Path> paths, PictureDecoder decoder)
                throws IOException {
            this.files = files;
            this.registration = registration;
            this.paths = paths;
            this.decoder = decoder;
            this.labels = new LabelCounts(registration);
            for (Path path : paths) {
                starts.add(size, files.name(path));
                try (ParquetShard shard = ParquetShard.open(files, path)) {
                    look(shard);
                }
            }
            if (size == 0 || size > Integer.MAX_VALUE) {
                throw new BadDataException("a split of %d samples cannot be used".formatted(size));
            }
        }

        private void look(ParquetShard shard) throws IOException {
            ParquetColumns columns = ParquetColumns.find(shard, registration);
            if (classNames.isEmpty()) {
                classNames =
                        columns.classNames(shard.metadata().getFileMetaData().getKeyValueMetaData());
            }
            shard.project(columns.labelOnly());
            Group row;
            for (long i = 0; (row = shard.next()) != null; i++) {
                try {
                    labels.add(columns.label(row), size + i, shard.name());
                } catch (BadDataException e) {
                    labels.addBad(new BadDataException("%s (row %d): %s".formatted(shard.name(), i, e.getMessage())));
                }
            }
            size += shard.rows();
        }

        @Override
        public int size() {
            return (int) size;
        }

        @Override
        public String file(int index) {
            return starts.place(index, "row");
        }

        @Override
        public List<Path> files() {
            return paths;
        }

        /** A path is where a picture once lay: often none, or one that says nothing, such as the same for all. */
        @Override
        public boolean insistsOnKeys() {
            return false;
        }

        @Override
        public SampleReader open() {
            return new Rows(this);
        }
    }

    private static final class Rows extends FileByFile<Table> {

        private final Shards shards;

        Rows(Shards shards) {
            super(shards.paths);
            this.shards = shards;
        }

        @Override
        Table open(Path path) throws IOException {
            ParquetShard shard = ParquetShard.open(shards.files, path);
            try {
                ParquetColumns columns = ParquetColumns.find(shard, shards.registration);
                shard.project(columns.projection());
                return new Table(shard, columns);
            } catch (IOException | RuntimeException e) {
                shard.close();
                throw e;
            }
        }

        @Override
        @Nullable
        RawSample next(Table table) throws IOException {
            Group row = table.shard.next();
            return row == null ? null : sample(row, table.columns);
        }

        private RawSample sample(Group row, ParquetColumns from) {
            try {
                return new RawSample(from.label(row), from.path(row), () -> shards.decoder.decode(from.image(row)));
            } catch (BadDataException e) {
                return RawSample.unusable(from.path(row), e);
            }
        }
    }

    /** An open file, and what its columns are for. */
    private record Table(ParquetShard shard, ParquetColumns columns) implements Closeable {

        @Override
        public void close() throws IOException {
            shard.close();
        }
    }
}
